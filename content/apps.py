from django.apps import AppConfig
from django.db.models.signals import post_migrate

from content import triggers


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = "Website content"

    def ready(self) -> None:
        post_migrate.connect(triggers.install, sender=self)
