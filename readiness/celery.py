"""The Celery application; its settings are the `CELERY_…` ones of `readiness.settings`."""

import os

from celery import Celery

from readiness import brokers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")

brokers.use_ours()
app = Celery("readiness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
