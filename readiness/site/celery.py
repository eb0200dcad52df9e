"""The Celery application; its settings are the `CELERY_…` ones of `readiness.settings`."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from readiness.site import brokers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")

brokers.use_ours()
app = Celery("readiness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def collect_seldom(**_: Any) -> None:
    """A batch makes a hundred thousand objects that end with it; looking through them all, and through what
    is loaded for good, again and again is a tenth of the time it takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
