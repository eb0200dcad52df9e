import signal
import subprocess
import sys
from pathlib import Path

from readiness.supervisor.reaper import Reaper
from tests.fixtures.waiting import PATIENCE, until

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"


def started(code):
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, process_group=0)
    process.stdout.readline()
    return process


def test_what_was_not_released_ends_when_its_owner_does():
    with Reaper() as heir:
        left = started("import signal; print(flush=True); signal.pause()")
        heir.adopt(left.pid)
    assert left.wait(PATIENCE) == -signal.SIGTERM


def test_what_does_not_listen_is_ended_by_force():
    with Reaper() as heir:
        deaf = started(DEAF)
        heir.adopt(deaf.pid)
    assert deaf.wait(PATIENCE) == -signal.SIGKILL


def test_what_was_released_lives_on():
    with Reaper() as heir:
        process = started("import signal; print(flush=True); signal.pause()")
        heir.adopt(process.pid)
        heir.release(process.pid)
    assert process.poll() is None
    process.kill()
    process.wait()


def test_nothing_to_inherit():
    with Reaper() as heir:
        pass
    assert heir.process.returncode == 0


def test_an_heir_that_is_asked_to_stop_stays_on():
    with Reaper() as heir:
        left = started("import signal; print(flush=True); signal.pause()")
        heir.adopt(left.pid)
        until(lambda: listens(heir.process.pid))
        heir.process.terminate()
        heir.process.send_signal(signal.SIGINT)
    assert left.wait(PATIENCE) == -signal.SIGTERM
    assert heir.process.returncode == 0


def listens(pid):
    """Whether it has set up what it does on signals; before, the interpreter is still starting."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    ignored = next(line for line in status if line.startswith("SigIgn"))
    return int(ignored.split()[1], 16) & (1 << (signal.SIGTERM - 1))
