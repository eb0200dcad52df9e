"""The form of a check, made from the parameters of its kind: any kind has one, whoever brings it."""

from readiness.checks.form.form import CheckForm, shows
from readiness.checks.form.interval import IntervalField

__all__ = ["CheckForm", "IntervalField", "shows"]
