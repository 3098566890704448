"""Every address of the site. `content` comes last, because its sections answer to any single word."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path
from django.views.generic import RedirectView

from clinic_site import machines
from clinic_site.media import serve_media
from content.feeds import SITEMAPS

STAFF = [
    path("admin/", admin.site.urls),
    path("accounts/", include("staff.urls")),
    path(".well-known/change-password", RedirectView.as_view(pattern_name="account_change_password")),
]
PUBLIC = [
    path("enquire/", include("enquiries.urls")),
    path("healthz", machines.healthz, name="healthz"),
    path("readyz", machines.readyz, name="readyz"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("sitemap.xml", index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_part"}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap_part"),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", serve_media, name="media"),
    path("", include("content.urls")),
]
urlpatterns = [*(STAFF if settings.STAFF_PAGES else []), *PUBLIC]

handler400 = "clinic_site.errors.bad_request"
handler403 = "clinic_site.errors.forbidden"
handler404 = "clinic_site.errors.not_found"
handler500 = "clinic_site.errors.server_error"
