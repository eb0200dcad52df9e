"""`manage.py standin` as its own process."""

import json
import os
import signal
import subprocess
import sys

import pytest

CONFIG = """
company: harbor.example
regions: {eu: eu-west-1}
hosts:
- {host: search.eu.harbor.example, delay_ms: 40}
"""


@pytest.fixture
def standin(tmp_path):
    def standin(*arguments, start=subprocess.run, **options):
        environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "readiness.settings"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return start(
            [sys.executable, "manage.py", "standin", *arguments], env=environment, **pipes, **options
        )

    return standin


def told(process):
    return process.returncode, process.stdout, process.stderr


def test_it_serves_is_switched_and_stops_on_term(standin, tmp_path):
    (tmp_path / "scene.yaml").write_text(CONFIG)
    ports_file = tmp_path / "ports.json"
    serving = standin(
        *("serve", "--config", str(tmp_path / "scene.yaml"), "--ports-file", str(ports_file)),
        start=subprocess.Popen,
    )
    try:
        line = serving.stdout.readline()
        ports = json.loads(ports_file.read_text())
        assert line == f"Stand-in at http://127.0.0.1:{ports['http']} and https://127.0.0.1:{ports['tls']}\n"
        assert ports["ca"] == str(tmp_path / "standin" / "ca.pem")
        name = "email.eu.harbor.example"
        assert told(standin("stop", name)) == (0, f"{name} is stopped.\n", "")
        assert [line.split() for line in standin("list").stdout.splitlines()] == [
            ["search.eu.harbor.example", "running", "region=eu-west-1", "delay_ms=40"],
            [name, "stopped", "region=eu-west-1"],
        ]
        assert told(standin("start", name)) == (0, f"{name} is started.\n", "")
        assert standin("stop", "email.eu.other.example").returncode == 1
        taken = standin("serve", "--config", str(tmp_path / "scene.yaml"), "--http-port", str(ports["http"]))
        assert (taken.returncode, "Address already in use" in taken.stderr) == (1, True)
    finally:
        serving.send_signal(signal.SIGTERM)
        rest = serving.communicate(timeout=60)
    assert (serving.returncode, rest) == (0, ("", ""))


@pytest.mark.parametrize(
    "text", [None, "hosts: [", "company: x", "company: x\nregions: {}\nhosts: [{host: a, delay: 1}]"]
)
def test_a_scene_that_cannot_be_read_is_one_clear_error(standin, tmp_path, text):
    path = tmp_path / "scene.yaml"
    if text is not None:
        path.write_text(text)
    code, out, error = told(standin("serve", "--config", str(path)))
    assert (code, out) == (1, "")
    assert error.startswith(f"CommandError: The stand-in cannot start: {path}: ")
