"""Automated checks: a probe looks, returns an `Outcome`, and stores nothing."""

from readiness.probes.outcome import Outcome

__all__ = ["Outcome"]
