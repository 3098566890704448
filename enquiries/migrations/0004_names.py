"""What the admin calls the record of access and the mails."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0003_look_ups"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="accessentry",
            options={
                "default_permissions": ("view",),
                "ordering": ("-number",),
                "verbose_name": "entry in the record of access",
                "verbose_name_plural": "record of access",
            },
        ),
        migrations.AlterModelOptions(
            name="notification",
            options={"default_permissions": ("view",), "ordering": ("-pk",), "verbose_name": "mail"},
        ),
    ]
