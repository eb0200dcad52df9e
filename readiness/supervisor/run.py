"""One run, from the first check to the last process gone."""

import http.client
import time
from collections.abc import Callable

from django.conf import settings

from readiness.accounts import first_account
from readiness.supervisor import example, preparation, programs, surroundings
from readiness.supervisor.process_group import Child, ProcessGroup
from readiness.supervisor.reaper import Reaper
from readiness.supervisor.stopping import Stop
from readiness.supervisor.surroundings import Unfit

Say = Callable[[str], object]

PATIENCE = 60.0


def run(stop: Stop, say: Say) -> None:
    """Returns when asked to stop; raises `Unfit` when something keeps the product from starting."""
    surroundings.check_folder(settings.VAR_DIR)
    with surroundings.claim(settings.VAR_DIR), surroundings.claim_port(settings.PORT):
        check()
        # A migration that is cut off between its tables and its record could never be run again.
        stop.defer()
        if not prepare(stop, say):
            return
        with Reaper() as heir:
            family = ProcessGroup(settings.BASE_DIR, heir, say)
            try:
                start(family, stop, say)
                supervise(family, stop)
            finally:
                say("Stopping …")
                family.stop(stop)


def check() -> None:
    surroundings.check_address(settings.HOST, settings.PORT)
    surroundings.check_settings()
    surroundings.check_database(settings.DATABASES["default"])
    surroundings.check_broker(settings.BROKER_URL)


def prepare(stop: Stop, say: Say) -> bool:
    """Each step to its end; false when asked to stop meanwhile."""
    preparation.make_folders(settings.VAR_DIR)
    preparation.migrate(say)
    example.check_network()
    for step in (preparation.collect_static, example.load):
        if stop.wanted:
            return False
        step(say)
    return not stop.wanted


def start(family: ProcessGroup, stop: Stop, say: Say) -> None:
    shown = settings.EXAMPLE and example.is_shown()
    opening = first_account.path() if first_account.is_needed() else ""
    preparation.leave_database()
    told = example.start_standin(family, stop) if shown else {}
    # Right before it is bound: somebody else may have come while all of the above was made ready.
    surroundings.check_address(settings.HOST, settings.PORT)
    web = family.start(programs.web(settings.HOST, settings.PORT, settings.WEB_WORKERS).told(told))
    await_answer(web, stop)
    # After it: at once they would only keep each other from the processors, and the person waiting.
    if not stop.wanted:
        family.start(programs.worker().told(told))
        family.start(programs.beat().told(told))
        greet(say, opening)


def await_answer(web: Child, stop: Stop) -> None:
    """Returns when the site answers or the run is to stop."""
    deadline = time.monotonic() + PATIENCE
    while not (stop.wanted or answers()):
        if web.ended:
            raise Unfit(f"The web server did not start ({web.end}); what it said is above.")
        if time.monotonic() > deadline:
            raise Unfit(f"The web server did not answer within {PATIENCE:.0f} s.")
        stop.wait(0.1)


def answers() -> bool:
    """Whether /healthz says so, asked under a name the site goes by."""
    connection = http.client.HTTPConnection(reachable(settings.HOST), settings.PORT, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": known_name()})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """Where to knock: a server that listens everywhere is also here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104


def known_name() -> str:
    name = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".")
    return "localhost" if name == "*" else name


def greet(say: Say, opening: str = "") -> None:
    """Say where it is, and with `opening`, a path, where the first account is made."""
    host = reachable(settings.HOST)
    here = f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
    say(f"Region Readiness is up: {here}/")
    if opening:
        say(f"\nNobody has an account yet. Within a day, make the first one here:\n{here}{opening}\n\n")
    if settings.EXAMPLE and settings.EXAMPLE_ACCOUNTS.is_file():
        say(f"\n{settings.EXAMPLE_ACCOUNTS.read_text().rstrip()}\n\n")
    say("Ctrl-C stops it.")


def supervise(family: ProcessGroup, stop: Stop) -> None:
    pause = 0.0
    while not stop.wanted:
        stop.wait(min(pause, 1.0))
        pause = family.tend(time.monotonic())
