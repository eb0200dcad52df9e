import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from model_bakery import baker

from readiness.models import Change, Integration, Readiness, Team, User

URL = "/sheets/integrations/"
SHEET = "Outil;Équipe;Exigence\nFax;Papier;Répond\nWhatsApp;;\n;Papier;\nÉtiquettes;;\n"
COLUMNS = {"column-0": "name", "column-1": "team", "column-2": "requirement", "has_header": "on"}


@pytest.fixture
def admin(sign_in, europe):
    return sign_in(baker.make(User, username="an-admin", is_superuser=True))


def test_a_sheet_is_shown_and_nothing_is_written(admin):
    before = Change.objects.count(), Integration.objects.count()
    page = admin.post(URL, {"text": SHEET})
    assert (page.status_code, page.context["chosen"].fields_said) == (200, ["name", "team", "requirement"])
    assert (page.context["row_count"], page.context["new_count"]) == (4, 2)
    assert page.context["inventory"].refused == [(4, "It names no integration.")]
    assert [one.name for one in page.context["known"]] == ["WhatsApp"]
    assert (Change.objects.count(), Integration.objects.count()) == before


def test_a_file_from_a_spreadsheet(admin):
    file = SimpleUploadedFile("outils.csv", SHEET.encode("utf-16"))
    page = admin.post(URL, {"file": file})
    assert (page.context["text"], page.context["rows"][1]) == (SHEET, ["Fax", "Papier", "Répond"])


def test_what_is_confirmed_is_made_and_all_of_it_is_told(admin, europe):
    page = admin.post(URL, {"text": SHEET, **COLUMNS, "regions": ["europe"], "confirm": "1"})
    assert (page.status_code, list(page.context["made"].found)) == (201, ["fax", "etiquettes"])
    assert [(one.name, one.line) for one in page.context["there"]] == [("WhatsApp", 3)]
    assert page.context["refused"] == [(4, "It names no integration.")]
    fax = Integration.objects.get(slug="fax")
    assert ([r.title for r in fax.requirements.all()], fax.team) == (
        ["Répond"],
        Team.objects.get(slug="papier"),
    )
    assert sorted(map(str, Readiness.objects.filter(integration__slug__in=["fax", "etiquettes"]))) == [
        "Fax in Europe",
        "Étiquettes in Europe",
    ]
    again = admin.post(URL, {"text": SHEET, **COLUMNS, "regions": ["europe"], "confirm": "1"})
    assert (list(again.context["made"].found), len(again.context["there"])) == ([], 3)


def test_columns_can_be_said(admin):
    typed = {"text": "Fax,Paper\nLabels,Paper", "column-0": "team", "column-1": "name"}
    page = admin.post(URL, typed)
    assert list(page.context["inventory"].found) == ["paper"]


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"column-0": "", "column-1": "team", "column-2": ""}, 422),
        ({"column-0": "name", "column-1": "name", "column-2": ""}, 422),
        ({"column-0": "jokes", "column-1": "name", "column-2": ""}, 422),
        ({"column-0": "name", "column-1": "kind", "column-2": "", "confirm": "1"}, 422),
    ],
)
def test_columns_that_cannot_be(admin, columns, status):
    before = Integration.objects.count()
    page = admin.post(URL, {"text": "a,blue,c\nd,blue,f", **columns})
    assert (page.status_code, page.context["text"]) == (status, "a,blue,c\nd,blue,f")
    assert Integration.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "text"),
        ({"text": 'a,"b'}, "text"),
        ({"text": "x" * 1_000_001}, "text"),
        ({"file": SimpleUploadedFile("a.csv", b"\x81\x8d")}, "file"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 2_000_001)}, "file"),
        ({"file": SimpleUploadedFile("a.csv", b"a\n" * 5_002)}, "file"),
    ],
)
def test_what_is_no_sheet(admin, typed, field):
    page = admin.post(URL, typed)
    assert (page.status_code, list(page.context["source"].errors)) == (422, [field])


def test_a_region_that_is_gone(admin):
    page = admin.post(URL, {"text": SHEET, **COLUMNS, "regions": ["gone"], "confirm": "1"})
    assert page.status_code == 422
    assert not Integration.objects.filter(slug="fax").exists()


def test_markup_in_a_sheet_is_text(admin):
    page = admin.post(URL, {"text": "name\n</textarea><script>x</script>"})
    assert "<script>x" not in page.text


def test_columns_of_which_nothing_is_taken_are_named(admin, europe):
    """Before it is kept, once it is, and where the sheet has no names for them."""
    sheet = "Integration,Requirement,Short description,,Ticket\nFax,Answers,In a line,,F-1\n"
    page = admin.post(URL, {"text": sheet})
    assert page.context["inventory"].left_out == ["Short description", "Ticket"]
    assert "2 columns are left out: <b>Short description, Ticket</b>." in page.text
    columns = {"has_header": "on", "column-0": "name", "column-1": "requirement", "column-2": "guidance"}
    sent = {"text": sheet, **columns, "regions": ["europe"], "confirm": "1"}
    assert "1 column is left out: <b>Ticket</b>." in admin.post(URL, sent).text
    assert "Columns left out: Ticket." in admin.post("/welcome/integrations/sheet/", sent, follow=True).text
    page = admin.post(URL, {"text": "Fax,Paper,<b>", "column-0": "name"})
    assert "2 columns are left out: <b>Column 2, Column 3</b>." in page.text
