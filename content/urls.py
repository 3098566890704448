"""The public addresses. Sections and standing pages answer to one word, so everything else comes before them."""

from django.urls import path

from content import feeds, views

app_name = "content"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("glossary/", views.Glossary.as_view(), name="glossary"),
    path("search/", views.Search.as_view(), name="search"),
    path("contact/", views.Contact.as_view(), name="contact"),
    path("feed/", feeds.ArticleFeed(), name="feed"),
    path(f"{views.THERAPIES}/compare/", views.Compare.as_view(), name="compare"),
    path("<slug:slug>/", views.section, name="section"),
    path("<slug:section>/<slug:slug>/", views.article, name="article"),
]
