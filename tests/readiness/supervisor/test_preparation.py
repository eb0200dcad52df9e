import pytest
from django.contrib.staticfiles.finders import get_finder

from readiness.models import Region, User
from readiness.supervisor import example, preparation

pytestmark = pytest.mark.sqlite


@pytest.fixture
def said():
    return []


@pytest.fixture
def sources(settings, tmp_path):
    """One static file, and a var/ folder to collect it to."""
    settings.VAR_DIR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    get_finder.cache_clear()
    for folder in ("var", "sources"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sources" / "page.css").write_text("p{}")
    yield tmp_path / "sources"
    get_finder.cache_clear()


def collected(settings):
    return {file.name: file.read_text() for file in settings.STATIC_ROOT.iterdir()}


def test_static_files_are_collected_when_they_change_and_only_then(said, settings, sources):
    preparation.collect_static(said.append)
    preparation.collect_static(said.append)
    assert said == ["Collecting static files …"]
    assert collected(settings) == {"page.css": "p{}"}

    (sources / "page.css").write_text("p{color:red}")
    preparation.collect_static(said.append)
    assert said == ["Collecting static files …"] * 2
    assert collected(settings) == {"page.css": "p{color:red}"}


def test_static_files_that_were_taken_away_are_collected_again(said, settings, sources):
    preparation.collect_static(said.append)
    (settings.STATIC_ROOT / "page.css").unlink()
    settings.STATIC_ROOT.rmdir()
    preparation.collect_static(said.append)
    assert collected(settings) == {"page.css": "p{}"}


def test_the_example_is_not_loaded_over_what_somebody_entered(db, said):
    User.objects.create(username="first-person")
    example.load(said.append)
    assert said == []


@pytest.mark.parametrize(
    ("domain", "shown"),
    [("eu.harbor.example", True), ("harbor.example", False), ("eu.notharbor.example", False), ("", False)],
)
def test_the_example_is_known_by_its_regions(db, domain, shown):
    Region.objects.create(slug="europe", name="Europe", domain=domain)
    assert example.is_shown() is shown


def test_others_are_told_where_the_example_is(settings):
    settings.PROBE_CONNECT_TO = ["a.example:443=127.0.0.1:1"]
    assert example.directions({"http": 8001, "tls": 8002, "ca": "/var/ca.pem"}) == {
        "PROBE_CONNECT_TO": "a.example:443=127.0.0.1:1,"
        "*.harbor.example:443=127.0.0.1:8002,*.harbor.example:80=127.0.0.1:8001",
        "PROBE_CA_FILE": "/var/ca.pem",
        "PROBE_CONCURRENCY": "8",
    }


@pytest.mark.parametrize("text", [None, "", '{"http": 80'])
def test_ports_that_are_not_yet_told(tmp_path, text):
    if text is not None:
        (tmp_path / "ports").write_text(text)
    assert example.read_ports(tmp_path / "ports") == {}
