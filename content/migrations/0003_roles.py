"""The groups of staff who work on the website's content, with least privilege."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WRITING = (
    "add_article", "change_article", "delete_article", "view_article",
    "add_therapyprofile", "change_therapyprofile", "view_therapyprofile",
    "add_faq", "change_faq", "delete_faq", "view_faq",
    "add_citation", "change_citation", "delete_citation", "view_citation",
    "add_source", "change_source", "view_source",
    "add_glossaryterm", "change_glossaryterm", "view_glossaryterm",
    "add_picture", "change_picture", "view_picture",
    "view_section", "view_supportline", "view_clinicdetails", "view_redirect",
)  # fmt: skip
ROLES = {
    "editor": WRITING,
    "reviewer": (*WRITING, "publish_article", "review_article", "change_supportline"),
    "manager": (
        *WRITING, "publish_article",
        "add_section", "change_section", "delete_section",
        "add_supportline", "change_supportline", "delete_supportline",
        "change_clinicdetails",
        "delete_source", "delete_glossaryterm", "delete_picture", "delete_redirect",
        "add_user", "change_user", "view_user",
    ),
}  # fmt: skip


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    # Django makes permissions after all migrations; the groups need them now.
    for label in ("content", "staff"):
        config = apps.get_app_config(label)
        config.models_module = True  # type: ignore[assignment]
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label__in=("content", "staff"))
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        group.permissions.set(permissions.filter(codename__in=codenames))


def remove_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0002_search"),
        ("staff", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_roles, remove_roles)]
