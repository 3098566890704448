"""Links to other sites and counts of pages, which editors, reviewers and managers look at, and nobody writes by hand."""

from django.contrib.auth.management import create_permissions
from django.db import migrations, models

LOOKED_AT = ("view_outsidelink", "view_pagecount")
ROLES = ("editor", "reviewer", "manager")


def let_staff_look(apps, schema_editor):
    # Django makes permissions after all migrations; the groups need them now.
    config = apps.get_app_config("content")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="content", codename__in=LOOKED_AT)
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = (("content", "0006_search_speed"),)

    operations = (
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(max_length=1000, unique=True)),
                ("elsewhere", models.CharField(blank=True, max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("unchecked", "not checked yet"),
                            ("works", "works"),
                            ("unclear", "look yourself"),
                            ("fails", "fails"),
                        ],
                        default="unchecked",
                        max_length=10,
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=120)),
                ("moved_to", models.CharField(blank=True, max_length=1000)),
                ("checked_at", models.DateTimeField(null=True)),
                ("next_check", models.DateTimeField(db_index=True, null=True)),
                ("failing_since", models.DateField(null=True)),
                ("failed_on", models.DateField(null=True)),
                ("articles", models.ManyToManyField(related_name="outside_links", to="content.article")),
            ],
            options={
                "ordering": ("address",),
                "verbose_name": "link to another site",
                "verbose_name_plural": "links to other sites",
            },
        ),
        migrations.CreateModel(
            name="PageCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(db_index=True)),
                ("path", models.CharField(max_length=220)),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ("-day", "path"),
                "verbose_name": "count of a page",
                "verbose_name_plural": "how pages are read",
                "constraints": [models.UniqueConstraint(fields=("path", "day"), name="content_one_count_a_day")],
            },
        ),
        migrations.RunPython(let_staff_look, migrations.RunPython.noop),
    )
