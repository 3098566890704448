"""Indexes for long lists: the public's, the staff's, and the feed's."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("content", "0005_pictures"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.RemoveIndex(model_name="article", name="content_article_public"),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["state", "publish_at", "revises"], name="content_article_public"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("revises", None)),
                fields=["section", "state", "order", "title", "id", "publish_at"],
                name="content_article_shelf",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["updated_at"], name="content_article_changed"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["last_reviewed", "next_review_due"], name="content_article_review"),
        ),
    )
