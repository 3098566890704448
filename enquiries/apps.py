from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "enquiries"
    verbose_name = "Enquiries"

    def ready(self) -> None:
        """Listen for people who leave."""
        from enquiries import leaving  # noqa: F401, PLC0415 - models are not loaded before now
