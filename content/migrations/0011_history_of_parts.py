"""What readers are told of the changes to a page."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("content", "0009_legal_basis"),)

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
    )
