from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0004_prices_of_a_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='contract',
            name='service_keys',
            field=models.TextField(default='', editable=False),
        ),
    ]
