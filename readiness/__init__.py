"""The site, and what a region needs to be ready."""

from readiness.site.celery import app as celery_app

__all__ = ["celery_app"]
