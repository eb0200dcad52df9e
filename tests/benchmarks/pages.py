"""Pages as a browser sees them: what they weigh, and how soon they are there and answer.

In Chromium with a processor four times slower than this one, through what the web itself keeps of its
performance, from the server of production with static files hashed and compressed. A program of its own, once
for the example and once for a matrix of 40 × 300, since the server finds its database by the environment.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests.benchmarks import services
from tests.benchmarks.report import Measured
from tests.benchmarks.surfing import Surfing, surfing
from tests.runner import chromium

LAUNCH = "/launches/europe-ga/"


def run() -> list[Measured]:
    """Nothing is measured where there is no Chromium."""
    if not chromium.found():
        return []
    with tempfile.TemporaryDirectory(prefix="readiness-bench-") as place:
        return [*child(Path(place), "example"), *child(Path(place), "matrix")]


def child(place: Path, what: str) -> list[Measured]:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "readiness.settings",
        "VAR_DIR": str(place),
        "DATABASE_URL": f"sqlite:///{place / what}.sqlite3",
        "ALLOWED_HOSTS": "testserver,127.0.0.1",
        # Playwright's synchronous face runs on a loop of its own, which Django would take for ours.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    command = [sys.executable, "-m", "tests.benchmarks.pages", what]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    return [Measured(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def measured(what: str) -> list[Measured]:
    call_command("migrate", verbosity=0)
    if not settings.STATIC_ROOT.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    if what == "example":
        tell(timezone.now())
    else:
        world.build()
    client = Client()
    client.force_login(User.objects.create(username="measuring", is_superuser=True))
    port = services.free_port()
    with services.running(programs.web("127.0.0.1", port, 1).command):
        until(lambda: services.listens(port))
        with surfing(f"http://127.0.0.1:{port}", client.cookies["sessionid"].value) as browser:
            return example(browser) if what == "example" else whole_matrix(browser)


def example(browser: Surfing) -> list[Measured]:
    rows = []
    for name, address in (("home", "/"), ("launch", LAUNCH)):
        seen = browser.look(address)
        rows += [
            Measured(f"{name}, over the wire, cold", seen.cold.bytes / 1000, "kB", 100),
            Measured(f"{name}, over the wire, warm", seen.warm.bytes / 1000, "kB", 25),
            Measured(f"{name}, requests, cold", seen.cold.requests, "", 8),
            Measured(f"{name}, largest paint, processor ×4", seen.painted, "ms", 1500),
            Measured(f"{name}, layout shift", seen.shifted, "", 0.02),
        ]
    acts = {
        "tick a row": lambda page: page.locator(".blockers .tick input").nth(2).click(),
        "filter": lambda page: page.locator("select[name=team]").press("ArrowDown"),
        "open a panel": lambda page: page.locator(".blockers a[data-panel]").first.click(),
    }
    waits = browser.act(LAUNCH, acts)
    return [
        *rows,
        *(Measured(f"launch, {act}, processor ×4", wait, "ms", 200) for act, wait in waits.items()),
    ]


def whole_matrix(browser: Surfing) -> list[Measured]:
    seen = browser.look("/regions/")
    acts = {
        "an arrow key": lambda page: page.locator(".matrix td > a").nth(45).press("ArrowDown"),
        "open a panel": lambda page: page.locator(".matrix td > a").nth(45).click(),
        "filter": lambda page: page.locator("select[name=team]").press("ArrowDown"),
    }
    waits = browser.act("/regions/", acts)
    return [
        Measured("matrix 40 × 300, largest paint, processor ×4", seen.painted, "ms", 2500),
        Measured("matrix 40 × 300, layout shift", seen.shifted, "", 0.02),
        *answered("matrix", waits),
    ]


def answered(page: str, waits: dict[str, float]) -> list[Measured]:
    return [Measured(f"{page}, {act}, processor ×4", wait, "ms", 200) for act, wait in waits.items()]


if __name__ == "__main__":
    django.setup()
    from launches.examples.story import tell
    from readiness.models import User
    from readiness.supervisor import programs
    from tests.benchmarks import world
    from tests.fixtures.waiting import until

    print(json.dumps([asdict(row) for row in measured(sys.argv[1])]))
