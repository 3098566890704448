"""Pictures with copies: a key that their addresses keep, and the widths of the copies. Files from before stay as they are."""

from django.db import migrations, models

import content.models.picture


def give_keys(apps, schema_editor):
    """Give each picture a key of its own, as a default would give all the same one."""
    Picture = apps.get_model("content", "Picture")
    for picture in Picture.objects.iterator():
        Picture.objects.filter(pk=picture.pk).update(key=content.models.picture.new_key())


class Migration(migrations.Migration):
    dependencies = (("content", "0004_content_version"),)

    operations = (
        migrations.RemoveField(model_name="historicalpicture", name="file"),
        migrations.RemoveField(model_name="historicalpicture", name="height"),
        migrations.RemoveField(model_name="historicalpicture", name="width"),
        migrations.AlterField(
            model_name="picture",
            name="file",
            field=models.FileField(
                help_text="A JPEG, PNG or WebP picture of up to 10 MB, at least 320 pixels wide. Where, when and with what it"
                " was taken is removed from it.",
                upload_to="pictures",
            ),
        ),
        migrations.AddField(
            model_name="picture",
            name="widths",
            field=models.CharField(blank=True, editable=False, max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.AddField(model_name="picture", name="key", field=models.CharField(max_length=16, null=True, editable=False)),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="picture",
            name="key",
            field=models.CharField(max_length=16, unique=True, default=content.models.picture.new_key, editable=False),
        ),
    )
