"""The Celery application. The database is the queue of record; Celery only wakes the sender."""

import os

from celery import Celery

from core import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outsourcing_portal.settings")

broker.use_for_redis()
app = Celery("outsourcing_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
