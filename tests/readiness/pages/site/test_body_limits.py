"""A body that is too large, as Django sees it behind whichever server."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def small(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000


def test_the_sites_limit_holds_for_every_address(client, db, small):
    for path in ("/sign-in/", "/nothing/here/", "/regions/", "/ping/nobody"):
        response = client.post(path, "x" * 1001, content_type="text/plain")
        assert (response.status_code, response.text) == (413, f"at most 1000{NBSP}bytes\n"), path
    assert client.post("/sign-in/", "x" * 1000, content_type="text/plain").status_code == 200


def test_files_count_as_well(client, db, small):
    """Django itself leaves them out of its limit."""
    files = {"username": "ada", "file": SimpleUploadedFile("a.csv", b"x" * 1001)}
    assert client.post("/sign-in/", files).status_code == 413


def test_a_page_that_takes_a_file_takes_more_but_no_more_text(as_, world, small):
    client = as_("admin")
    where = "/sheets/integrations/"
    sheet = SimpleUploadedFile("a.csv", b"Name\nSMS\n" + b" " * 2000)
    assert client.post(where, {"file": sheet}).status_code == 200
    too_much = client.post(where, {"text": "x" * 1001}, headers={"Accept": "text/html"})
    assert too_much.status_code == 413
    assert "At most 1000" in too_much.text
