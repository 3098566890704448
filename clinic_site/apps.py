from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ClinicSiteConfig(AppConfig):
    """The project itself, for its management commands."""

    name = "clinic_site"


class ClinicAdminConfig(AdminConfig):
    """Django's admin with this project's site in place of the stock one."""

    default_site = "clinic_site.admin.ClinicAdminSite"
