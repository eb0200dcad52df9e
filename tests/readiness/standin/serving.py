"""The real stand-in in a thread, and how a check reaches it."""

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

from readiness.standin.certificates import Authority
from readiness.standin.scene import Scene
from readiness.standin.server import StandIn
from tests.fixtures.waiting import PATIENCE

SCENE = Scene.model_validate(
    {
        "company": "harbor.example",
        "regions": {"us": "us-east-1", "eu": "eu-west-1"},
        "hosts": [
            {"host": "whatsapp.eu.harbor.example", "region": "us-east-1"},
            {"host": "search.eu.harbor.example", "delay_ms": 300},
            {"host": "billing.eu.harbor.example", "status": 503},
            {"host": "files.eu.harbor.example", "certificate_days": 9},
            {"host": "voice.eu.harbor.example", "stopped": True},
        ],
    }
)


@contextmanager
def serving(folder):
    """Yields (settings that lead checks there, the switches)."""
    folder.mkdir(parents=True, exist_ok=True)
    standin = StandIn(SCENE, folder, Authority.kept_in(folder, datetime.now(UTC)))
    loop, stopped, ready, found = asyncio.new_event_loop(), asyncio.Event(), threading.Event(), []

    async def serve():
        async with standin.listening() as ports:
            found.append(ports)
            ready.set()
            await stopped.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(PATIENCE)
        routes = [
            f"*.harbor.example:443=127.0.0.1:{found[0].tls}",
            f"*.harbor.example:80=127.0.0.1:{found[0].http}",
        ]
        yield {"PROBE_CONNECT_TO": routes, "PROBE_CA_FILE": str(standin.authority.ca_file)}, standin.switches
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(PATIENCE)
        loop.close()
