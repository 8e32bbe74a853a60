"""What gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from core.collector import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outsourcing_portal.settings")

application = get_wsgi_application()
settle()
