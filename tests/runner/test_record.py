import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.sqlite

MIXED = """
import pytest

def test_fine():
    pass

@pytest.mark.skip(reason="no such thing here")
def test_left_out():
    pass

@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    assert False
"""
MODULE = "import pytest; pytest.skip('none of it', allow_module_level=True)"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_was_skipped_is_recorded_once(tmp_path, workers):
    (tmp_path / "test_mixed.py").write_text(MIXED)
    (tmp_path / "test_module.py").write_text(MODULE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    environment = {
        **os.environ,
        "SKIPPED_FILE": str(tmp_path / "record"),
        "PYTHONPATH": str(settings.BASE_DIR),
    }
    plugins = ["-p", "tests.runner.record", "-p", "no:django", "-p", "no:cacheprovider", "-n", workers]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0
    assert sorted(json.loads((tmp_path / "record").read_text())) == [
        "test_mixed.py::test_left_out: no such thing here",
        "test_module.py: none of it",
    ]
