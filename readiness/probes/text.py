"""Texts of others, made short enough to be told."""

from readiness.probes.secrets import redacted


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters. Secrets go first: half of one would not be recognised any more."""
    return shortened(redacted(text), limit)


def shortened(text: str, limit: int) -> str:
    """The same of a text that holds no secret any more."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
