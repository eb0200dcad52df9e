"""What is put right in kombu's transports, for as long as kombu does not."""

from kombu.transport import TRANSPORT_ALIASES


def use_ours() -> None:
    """Addresses that name these transports get ours, in this process; `redis+socket:` names `redis`, too."""
    TRANSPORT_ALIASES.update(
        filesystem="readiness.site.brokers.folders:FolderTransport",
        redis="readiness.site.brokers.redis:RedisTransport",
        rediss="readiness.site.brokers.redis:RedisTransport",
    )
