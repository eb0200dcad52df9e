"""A small company under fault: its database, broker and target, and the processes that work between them."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import psutil
import psycopg
from celery import Celery
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections
from django.db.models import F
from django.db.utils import ConnectionHandler
from django.utils import timezone
from model_bakery import baker

from launches.models import Blocker, Launch
from launches.status import settle_cells, settle_changes
from readiness.conf.database import database
from readiness.models import Change, Integration, Item, Readiness, Region, Requirement
from readiness.models.claiming import LEASE
from readiness.supervisor.reaper import Reaper
from tests.faults.brokers import Broker
from tests.faults.target import Target
from tests.fixtures.outliving import shared
from tests.fixtures.running import gone
from tests.fixtures.servers import sender
from tests.fixtures.waiting import until
from tests.runner.postgresql import Server

INTERVAL = timedelta(seconds=600)
# No two clocks show the same.
SKEW = timedelta(seconds=1)
# Sees each result at the moment it is written, and of which run it is: what the tables do not keep.
WITNESS = """
    CREATE TABLE witnessed (item bigint, run int);
    CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO witnessed SELECT id, run_number FROM readiness_item WHERE id = NEW.item_id;
        RETURN NULL;
    END $$;
    CREATE TRIGGER witness AFTER INSERT ON readiness_result FOR EACH ROW EXECUTE FUNCTION witness();
"""


@dataclass
class World:
    folder: Path
    server: Server
    broker: Broker
    target: Target
    heir: Reaper
    groups: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sender: Celery = sender(self.broker.url, self.folder)
        self.log = self.folder / "log"
        environment = {
            **os.environ,
            "DATABASE_URL": self.server.url,
            "BROKER_URL": self.broker.url,
            "VAR_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "readiness.settings",
            "PROBE_CONNECT_TO": f"target.example:80=127.0.0.1:{self.target.port}",
            "DISPATCH_EVERY": "0.5",
            "CELERY_SKIP_CHECKS": "1",
        }
        with self.log.open("a") as log:
            self.nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                bufsize=1,
                process_group=0,
            )
        self.heir.adopt(self.nursery.pid)
        shared.add(self.nursery.pid)

    # --- Processes ----------------------------------------------------------------------------------

    def worker(self) -> int:
        name = f"fault-{len(self.groups)}@%h"
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO", "-n", name]
        return self.started("--quiet", "worker", "--concurrency", "1", *quiet)

    def beat(self) -> int:
        return self.started("--quiet", "beat", "--pidfile", "", "--loglevel", "INFO")

    def started(self, *arguments: str) -> int:
        """The process group of a new process."""
        self.nursery.stdin.write(json.dumps({"arguments": arguments, "log": str(self.log)}) + "\n")
        group = int(self.answer())
        self.heir.adopt(group)
        self.groups.append(group)
        return group

    def answer(self) -> str:
        said = self.nursery.stdout.readline().strip()
        assert said, self.log.read_text()
        return said

    def kill(self, group: int) -> None:
        """At once, and all of it: the process and its children."""
        leader = psutil.Process(group)
        family = [leader, *leader.children(recursive=True)]
        os.killpg(group, signal.SIGKILL)
        until(lambda: gone(family), 60)
        self.groups.remove(group)
        self.heir.release(group)

    def end(self) -> None:
        for group in list(self.groups):
            self.kill(group)
        self.target.release()

    def send(self, task: str) -> None:
        self.sender.send_task(task, queue=settings.CELERY_TASK_DEFAULT_QUEUE)

    def dispatch(self) -> None:
        self.send("readiness.dispatch_due")

    def set_clocks(self) -> None:
        """Back by an hour for every process, or forth again."""
        for group in self.groups:
            os.killpg(group, signal.SIGWINCH)

    def stop(self) -> None:
        self.nursery.kill()
        self.nursery.wait()
        self.heir.release(self.nursery.pid)
        self.broker.stop()

    # --- Checks, and what became of them --------------------------------------------------------------

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TABLE IF EXISTS witnessed; DROP FUNCTION IF EXISTS witness CASCADE;" + WITNESS
            )
            cursor.execute(
                "SET session_replication_role = replica;"
                "TRUNCATE readiness_region, readiness_integration, readiness_team, readiness_change CASCADE;"
                "RESET session_replication_role"
            )
        self.target.broken.clear()
        self.broker.lose_everything()

    def checks(self, count: int = 4) -> None:
        settle_cells([company(count)], timezone.now())
        self.target.broken.add(f"/{count - 1}")

    def due(self, ago: timedelta = SKEW) -> None:
        """Once more, all of them."""
        Item.objects.update(next_run_at=timezone.now() - ago)

    def in_flight(self) -> None:
        """Make all due once more; returns when each waits for its answer."""
        self.target.hold()
        self.due()
        self.dispatch()
        until(lambda: self.target.in_flight == Item.objects.count(), 60)

    def pass_time(self, length: timedelta) -> None:
        """What the database remembers is that much longer ago."""
        columns = ("next_run_at", "lease_until", "stale_at", "last_at", "since")
        Item.objects.update(**{name: F(name) - length for name in columns})

    def leases_end(self) -> None:
        """Nothing that a dead worker held is held for longer than a lease."""
        assert not Item.objects.filter(lease_until__gt=timezone.now() + LEASE + SKEW).exists()
        self.pass_time(LEASE + SKEW)

    def recorded(self) -> Counter[int]:
        """How often each item was recorded."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT item, count(*) FROM witnessed GROUP BY item")
            return Counter(dict(cursor.fetchall()))

    def doubled(self) -> list[tuple[int, int]]:
        """Runs that were recorded more than once."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT item, run FROM witnessed GROUP BY item, run HAVING count(*) > 1")
            return cursor.fetchall()

    def all_recorded(self, times: int, seconds: float = 60.0) -> None:
        """Returns when each item was recorded `times` times; fails as soon as one was more often."""
        items = list(Item.objects.values_list("pk", flat=True))

        def reached() -> bool:
            counts = self.recorded()
            assert max(counts.values(), default=0) <= times, counts
            return counts == dict.fromkeys(items, times)

        try:
            until(reached, seconds)
        except AssertionError as failure:
            raise AssertionError(
                f"{self.recorded()}, not {times} each\n{self.log.read_text()[-6000:]}"
            ) from failure

    def in_order(self) -> None:
        """Nothing is doubled, held or forgotten, and history, states and blockers tell one story."""
        now = timezone.now()
        settle_changes(now)
        assert self.doubled() == []
        assert not Item.objects.exclude(lease_until=None).exists()
        assert not Item.objects.exclude(next_run_at__range=(now, now + INTERVAL + LEASE)).exists()
        assert not Change.objects.unhandled().exists()
        failing = Item.objects.order_by("pk").last()
        live = Blocker.objects.live().order_by("pk").values_list("source", "item")
        assert list(live) == [("cell", None), ("check", failing.pk)]
        assert Blocker.objects.count() == 2
        for subject in (*Item.objects.all(), *Blocker.objects.all()):
            steps = [
                (row.before.get("state"), row.after["state"])
                for row in Change.objects.about(subject).order_by("pk")
            ]
            assert [before for before, _ in steps[1:]] == [after for _, after in steps[:-1]]
            assert steps[-1][1] == subject.state

    @contextmanager
    def caught_recording(self) -> Iterator[None]:
        """Inside, whoever records has got as far as the second item, and its transaction waits."""
        second = Item.objects.order_by("pk").values_list("pk", flat=True)[1]
        with suppress(psycopg.OperationalError), psycopg.connect(self.server.url) as holder:
            holder.execute("SELECT 1 FROM readiness_item WHERE id = %s FOR UPDATE", [second])
            self.target.release()
            until(self.somebody_waits, 60)
            yield

    def somebody_waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(cursor.fetchone()[0])


def company(checks: int) -> int:
    """A launch, and one cell in front of it with so many checks; the key of the cell."""
    region, integration = baker.make(Region, slug="eu"), baker.make(Integration, slug="mail")
    cell = baker.make(Readiness, region=region, integration=integration)
    day = date(2027, 1, 11)
    baker.make(Launch, region=region, target=day, baseline=day)
    for number in range(checks):
        requirement = baker.make(
            Requirement,
            integration=integration,
            slug=f"check-{number}",
            level="must",
            probe="http",
            parameters={"url": f"http://target.example/{number}"},
            interval=INTERVAL.total_seconds(),
        )
        baker.make(Item, cell=cell, requirement=requirement)
    return cell.pk


@contextmanager
def connected_to(url: str) -> Iterator[None]:
    """This thread's default connection leads to another database than the tests' own."""
    own = connections["default"]
    address = database(url)
    address["OPTIONS"]["pool"] = False
    connections["default"] = ConnectionHandler({"default": address})["default"]
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = own
        ContentType.objects.clear_cache()
