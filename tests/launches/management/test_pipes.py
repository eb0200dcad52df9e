"""A command whose reader has had enough, as `| head` has."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.sqlite


@pytest.mark.parametrize("command", ["plan_schema", "check"])
def test_a_reader_that_leaves_early_gets_no_traceback(command):
    """`plan_schema` writes more than a pipe holds; `check` a line, which is written at the very end."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=settings.BASE_DIR,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (128 + signal.SIGPIPE, "")
