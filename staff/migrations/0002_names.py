"""What the admin calls the people who sign in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0001_initial"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={"ordering": ("name", "email"), "verbose_name": "account"},
        ),
    ]
