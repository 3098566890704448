"""Indexes for what is looked up at every unlocking, at every act on an enquiry, and where a manager filters the record."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("enquiries", "0002_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="accessentry",
            name="enquiries_acts_of",
        ),
        migrations.AddIndex(
            model_name="accessentry",
            index=models.Index(fields=["actor", "act", "at"], name="enquiries_acts_of_one"),
        ),
        migrations.AddIndex(
            model_name="accessentry",
            index=models.Index(fields=["act", "-number"], name="enquiries_acts_by_kind"),
        ),
        migrations.AddIndex(
            model_name="erasedenquiry",
            index=models.Index(fields=["reference"], name="enquiries_erased_reference"),
        ),
    ]
