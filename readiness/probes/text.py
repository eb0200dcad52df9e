"""Texts of others, made short enough to be told."""

from readiness.probes.secrets import redacted


def clipped(text: str, limit: int) -> str:
    """At most `limit` characters. Secrets go first: half of one would not be recognised any more."""
    text = redacted(text)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
