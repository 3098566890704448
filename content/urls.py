"""The public addresses. Sections and standing pages answer to one word, so everything else comes before them."""

from django.urls import path

from content import api, feeds, machine_views, views

app_name = "content"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("glossary/", views.Glossary.as_view(), name="glossary"),
    path("search/", views.Search.as_view(), name="search"),
    path("search/suggest/", views.suggestions, name="suggest"),
    path("contact/", views.Contact.as_view(), name="contact"),
    path("feed/", feeds.ArticleFeed(), name="feed"),
    path("llms.txt", machine_views.llms, name="llms"),
    path("api/openapi.json", api.openapi, name="api_openapi"),
    path("api/articles/", api.articles, name="api_articles"),
    path("api/articles/<slug:section>/<slug:slug>/", api.article, name="api_article"),
    path("og/<str:name>", machine_views.site_picture, name="share_picture_site"),
    path("og/<slug:section>/<str:name>", machine_views.article_picture, name="share_picture"),
    path("therapies/compare/", views.Compare.as_view(), name="compare"),
    path("<slug:slug>/", views.section, name="section"),
    path("<slug:section>/<slug:slug>/", views.article, name="article"),
]
