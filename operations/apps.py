from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OperationsConfig(AppConfig):
    name = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        """Look after the schedules, and after what is set."""
        from operations import schedules, security_txt  # noqa: F401, PLC0415 - models are not loaded before now

        post_migrate.connect(schedules.keep, sender=self)
