"""The role of those who answer enquiries, and what managers look after. Neither lets anybody read: that takes a key."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = {
    "desk": ("work_desk",),
    "manager": (
        "oversee_desk",
        "add_team", "change_team", "delete_team", "view_team",
        "add_membership", "change_membership", "delete_membership", "view_membership",
        "add_routingrule", "change_routingrule", "delete_routingrule", "view_routingrule",
        "change_desksettings", "view_desksettings",
        "view_accessentry", "view_erasedenquiry", "view_notification",
    ),
}  # fmt: skip


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    config = apps.get_app_config("enquiries")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="enquiries")
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.add(*permissions.filter(codename__in=codenames))


def remove_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("auth", "Group").objects
    groups.filter(name="desk").delete()
    for group in groups.filter(name__in=ROLES):
        group.permissions.remove(*group.permissions.filter(content_type__app_label="enquiries"))


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0001_initial"),
        ("content", "0003_roles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="team",
            name="is_fallback",
            field=models.BooleanField(
                default=False,
                help_text="Exactly one team does. The list of teams has an action that moves this to another.",
                verbose_name="takes whatever no rule sends elsewhere",
            ),
        ),
        migrations.RunPython(make_roles, remove_roles),
    ]
