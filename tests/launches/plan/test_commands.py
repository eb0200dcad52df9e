import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from launches.plan.dump import dump
from launches.plan.published import json_schema
from readiness.models import Change, Region, User
from tests.fixtures.running import Preloaded
from tests.launches.plan.conftest import HARBOR, counts

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def refused(path: Path | str) -> str:
    before = counts()
    with pytest.raises(CommandError) as error:
        run("load_plan", str(path))
    assert counts() == before
    return str(error.value)


def test_a_plan_is_loaded_and_a_dry_run_tells_first(tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("regions: {europe: {}}")
    assert run("load_plan", str(file), "--dry-run") == [
        "created 1 · changed 0 · unchanged 0",
        "  regions  created 1 · changed 0 · unchanged 0",
        "would have created regions: Europe",
        "Nothing was written: this was a dry run.",
    ]
    assert not Region.objects.exists()
    assert run("load_plan", str(file))[0] == "created 1 · changed 0 · unchanged 0"
    assert run("load_plan", str(file))[0] == "created 0 · changed 0 · unchanged 1"


def test_a_matrix_is_loaded_by_its_ending(tmp_path: Path) -> None:
    file = tmp_path / "m.CSV"
    file.write_bytes(b"\xef\xbb\xbfregion;integration\r\neu;w\r\n")
    assert run("load_plan", str(file))[-3:] == [
        "  cells         created 1 · changed 0 · unchanged 0",
        "  new → ready (1)",
        "no column says a state: every row counts as ready",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_matrix_in_any_encoding_and_without_a_header(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "m.tsv"
    file.write_bytes("Königreich\tWhatsApp\tprêt\r\n".encode(encoding))
    with pytest.raises(CommandError):
        run("load_plan", str(file))
    run("load_plan", str(file), "--columns", "region=1,integration=2,state=3", "--whole")
    assert Region.objects.get().name == "Königreich"
    for wrong in (["--columns", "area=1"], ["--columns", "region=9,integration=Zone"]):
        with pytest.raises(CommandError):
            run("load_plan", str(file), *wrong)


NOTHING = "Nothing was written.\n"
BYTES = "m.csv:1: expected text, got other bytes near here"
NUL = "m.csv:2: integration: expected text, got a character that cannot be stored"
KEYS = "cells, integrations, launches, people, regions, requests or teams"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plan.txt", b"x", "plan.txt is neither a plan (.yaml, .yml) nor a matrix (.csv, .tsv)."),
        ("plan.yaml", b"", "{path}: expected a plan, got an empty file."),
        ("plan.yml", b"a: 1\nb: \xff", "{path}:2: expected UTF-8, got other bytes."),
        ("plan.yaml", b"a: 1", f"{NOTHING}plan.yaml:1: a: expected one of the keys {KEYS}, got “a”"),
        ("plan.yaml", b"# " + 50_000_000 * b"x", "{path}: expected at most 8 MiB, got more."),
        ("m.csv", b"", f"{NOTHING}m.csv:1: expected rows of region and integration, got nothing"),
        ("m.csv", b"region,integration\n\x81,w", f"{NOTHING}{BYTES}"),
        ("m.csv", b"region,integration\neu,w\x00", f"{NOTHING}{NUL}"),
    ],
    ids=["ending", "empty", "latin-1", "unknown key", "50 MB", "empty matrix", "latin-1 matrix", "NUL"],
)
def test_a_file_that_cannot_be_loaded(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert refused(file) == message.replace("{path}", str(file))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.yaml") == f"{tmp_path}/gone.yaml does not exist."
    assert refused(tmp_path) == f"{tmp_path} is a folder; give a .yaml, .yml, .csv, .tsv file."


@pytest.mark.anywhere
def test_a_refused_file_ends_with_status_1_and_no_traceback(tmp_path: Path, manage: Preloaded) -> None:
    gone = str(tmp_path / "gone.yaml")
    code, out, err = manage("load_plan", gone, VAR_DIR=str(tmp_path))
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == f"CommandError: {gone} does not exist."


def test_a_plan_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"regions: {europe: {name: EU}}")))
    run("load_plan", "-")
    assert Region.objects.get().name == "EU"


def test_a_load_is_somebodys(tmp_path: Path) -> None:
    User.objects.create(username="mara")
    User.objects.create(username="gone", is_active=False)
    for name, text in (
        ("plan.yaml", "regions: {europe: {}}"),
        ("matrix.csv", "region,integration,state\nus,w,ready\n"),
    ):
        file = tmp_path / name
        file.write_text(text)
        for nobody in ("odile", "gone", ""):
            with pytest.raises(
                CommandError, match=f"--by: nobody with an open account is called “{nobody}”."
            ):
                run("load_plan", str(file), "--by", nobody)
        run("load_plan", str(file), "--by", "mara")
    authors = Change.objects.values_list("author__username", flat=True)
    assert (set(authors), Region.objects.count()) == ({"mara"}, 2)


def test_a_dump_to_stdout_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(HARBOR)
    run("load_plan", str(tmp_path / "plan.yaml"))
    run("dump_plan", str(tmp_path / "dump.yaml"))
    assert run("dump_plan") == dump().splitlines()
    assert (tmp_path / "dump.yaml").read_text() == dump()


def test_a_dump_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        run("dump_plan", str(tmp_path / "no" / "dump.yaml"))


def test_the_schema_is_printed() -> None:
    assert run("plan_schema") == json_schema().splitlines()
