from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        from staff import signals  # noqa: F401, PLC0415 - it reads models, which exist only now
