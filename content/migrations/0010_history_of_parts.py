"""What readers are told of the changes to a page, and a history of the sources in an article's list."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

REASON = "So it was when the history of sources began"


def begin_history(apps, schema_editor):
    """Note how each list is now, with the date of its article: nothing on the page has changed since."""
    history = apps.get_model("content", "HistoricalCitation")
    citations = apps.get_model("content", "Citation").objects.select_related("article").order_by("pk")
    history.objects.bulk_create(
        (
            history(
                id=citation.pk,
                article_id=citation.article_id,
                source_id=citation.source_id,
                order=citation.order,
                history_date=citation.article.updated_at,
                history_change_reason=REASON,
                history_type="+",
            )
            for citation in citations.iterator(chunk_size=1000)
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = (
        ("content", "0009_legal_basis"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="ChangeNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("note", models.CharField(max_length=100)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="change_notes", to="content.article"
                    ),
                ),
            ],
            options={
                "verbose_name": "change that readers are told of",
                "verbose_name_plural": "changes that readers are told of",
                "ordering": ("-day", "-pk"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="HistoricalCitation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.article",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="content.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical source",
                "verbose_name_plural": "historical sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(begin_history, migrations.RunPython.noop),
    )
