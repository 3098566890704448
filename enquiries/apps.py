from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EnquiriesConfig(AppConfig):
    name = "enquiries"
    verbose_name = "Enquiries"

    def ready(self) -> None:
        """Listen for people who leave, and look after the schedules."""
        from enquiries import leaving, schedules  # noqa: F401, PLC0415 - models are not loaded before now

        post_migrate.connect(schedules.keep, sender=self)
