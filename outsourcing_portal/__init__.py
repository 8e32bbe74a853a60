"""The site: settings, addresses, jobs. Imported by no app."""

from outsourcing_portal.celery import app as celery_app

__all__ = ["celery_app"]
