from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reviews", "0004_seen_report"),
    ]

    operations = [
        migrations.AddField(
            model_name="vendormark",
            name="seen_mark",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True),
        ),
    ]
