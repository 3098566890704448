"""The version of the content. Its triggers are made after the migrations have run: see `content.triggers`."""

from django.db import migrations, models

from content import triggers


def remove_triggers(apps, schema_editor):
    """Drop the triggers, which write to a table that is about to go."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = (("content", "0003_roles"),)

    operations = (
        migrations.CreateModel(
            name="ContentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=36)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="content_one_version")],
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, remove_triggers),
    )
