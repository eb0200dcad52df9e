import pytest

from launches.plan.problems import LoadRefused
from launches.plan.table import MatrixTable, read
from launches.plan.table_columns import Columns, UnknownColumns
from tests.launches.plan.conftest import cases


def table(text: str) -> MatrixTable:
    return read(text.splitlines(keepends=True), "m.csv")


def cells(text: str) -> dict[str, tuple[str, str]]:
    return {" ".join(key): cell[1:] for key, cell in table(text).cells.items()}


READY = ("ready", "")


ALL_READY = "no column says a state: every row counts as ready"


@pytest.mark.parametrize(
    "text",
    [
        "Region,Integration\nEurope,WhatsApp\n",
        "INTEGRATION,region\nWhatsApp,Europe\n",
        "\ufeffregion,integration\r\neurope,whatsapp\r\n",
        "region;integration\neurope;whatsapp\n",
        "region\tintegration\neurope\twhatsapp\n",
        "region|integration\neurope|whatsapp\n",
        '"region","integration"\n"europe","whatsapp"\n',
        "\n\n,,\nregion,integration\n\n , \neurope,whatsapp\n,\n",
        " region , integration \n europe , whatsapp \n",
    ],
)
def test_the_same_list_of_what_is_ready_in_many_forms(text: str) -> None:
    found = table(text)
    assert cells(text) == {"europe whatsapp": READY}
    assert found.all_notes() == [ALL_READY]


@pytest.mark.parametrize(
    "text",
    [
        "Regions,Integrations,State\nEurope,WhatsApp,{}\n",
        "Country;Service;Status\nEurope;WhatsApp;{}\n",
        "Région;Intégration;État\nEurope;WhatsApp;{}\n",
        "Region code,Service,Status\nEurope,WhatsApp,{}\n",
        "region_code\tservice_name\tREADY?\nEurope\tWhatsApp\t{}\n",
        "Pays;Produit;Disponibilité\nEurope;WhatsApp;{}\n",
        "Available,Application,Market\n{},WhatsApp,Europe\n",
    ],
)
def test_a_no_is_never_read_as_a_yes(text: str) -> None:
    words = {
        "ready": [
            "ready",
            "Yes",
            "TRUE",
            "1",
            "GA",
            "Generally available",
            "live",
            "✓",
            "Prêt",
            "oui",
            "en_production",
        ],
        "in_progress": [
            "in progress",
            "in-progress",
            "In_Progress",
            "WIP",
            "beta",
            "Preview",
            "partial",
            "en cours",
        ],
        "not_started": [
            "not started",
            "No",
            "false",
            "0",
            "planned",
            "Not available",
            "coming soon",
            "✗",
            "Prévu",
            "non",
        ],
        "": ["", "-", "regressed"],
    }
    read_as = {
        (state, word): cells(text.format(word))["europe whatsapp"][0]
        for state, several in words.items()
        for word in several
    }
    assert {key: found for key, found in read_as.items() if found != key[0]} == {}


def test_rows_without_a_state_are_counted() -> None:
    found = table("region,integration,state\neu,w,\nus,w\nuk,w,ready\n")
    assert found.all_notes() == ["2 rows say no state; their cells keep the ones they have"]
    assert table("region,integration,state\neu,w,\n").all_notes() == [
        "1 row says no state; its cell keeps the one it has"
    ]


def test_columns_by_name_in_any_order() -> None:
    text = "team,State,importance,integration,region\nChat,In progress,Nice-to-have,whatsapp,europe\n"
    assert cells(text) == {"europe whatsapp": ("in_progress", "nice_to_have")}
    assert table(text).owners == {"whatsapp": ("chat", 2)}


def test_unknown_columns_are_told_and_ignored() -> None:
    found = table("region,integration,state,colour,\neurope,whatsapp,ready,red,x\n")
    assert found.all_notes() == ["columns ignored: colour, (no name)"]


def test_a_column_that_may_tell_the_contrary_or_of_another_time_is_not_guessed() -> None:
    """What is not available with a *yes*, and what was ready before, never turn into *ready*."""
    for states in (
        "Not available",
        "Non disponible",
        "Target state",
        "Previous state,Current state",
        "Available,Status",
        "Region status,Service status",
    ):
        with pytest.raises(LoadRefused, match="expected a column of states"):
            table(f"Region,Service,{states}\neu,w,yes,no\n")
    for state in ("Available (yes/no)", "Launch status", "Status,Status date", "Prêt (oui/non)"):
        assert cells(f"Region,Service,{state}\neu,w,no,x\n") == {"eu w": ("not_started", "")}


def test_columns_are_where_somebody_says() -> None:
    text = "x,whatsapp,no,europe\n"
    by_number = read([text], "m.csv", Columns.of("region=4, integration=2,state=3"))
    by_name = read(
        ["a,Ding,Flagge,Zone\n", text], "m.csv", Columns.of("region=zone,integration=Ding,state=3")
    )
    for found in (by_number, by_name):
        assert {key: cell.state for key, cell in found.cells.items()} == {
            ("europe", "whatsapp"): "not_started"
        }
    assert by_number.all_notes() == []
    assert by_name.all_notes() == ["columns ignored: a"]
    assert read([text], "m.csv", Columns.of("region=4,integration=2")).all_notes() == [ALL_READY]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("region", "“region” names no column."),
        ("area=1,integration=2", "“area=1” names no column."),
        ("region=0,integration=2", "“region=0” names no column."),
        ("region=1", "Say also where integration is: integration=1."),
        ("", "Say also where region and integration is: region=1."),
    ],
)
def test_columns_that_are_said_badly(said: str, message: str) -> None:
    with pytest.raises(UnknownColumns) as problem:
        Columns.of(said)
    assert str(problem.value).startswith(message)


def test_quoted_fields_hold_commas_quotes_and_lines() -> None:
    found = table('region,integration\n"EU, ""west""","What\nsApp"\nus,whatsapp\n')
    assert list(found.cells) == [("eu-west", "what-sapp"), ("us", "whatsapp")]
    assert found.cells["us", "whatsapp"].line == 4


def test_the_last_row_of_a_cell_counts_and_what_differs_is_told() -> None:
    text = (
        "region,integration,state,team\n"
        "eu,w,ready,a\neu,w,ready,a\neu,w,in_progress,b\nus,w,ready,b\neu,w,ready,b\n"
    )
    assert cells(text) == {"eu w": READY, "us w": READY}
    assert table(text).all_notes() == [
        "3 rows repeat a cell; the last one counts",
        "m.csv:4: w belongs to b, line 3 said a",
        "m.csv:4: w in eu is in_progress, line 3 said ready",
        "m.csv:6: w in eu is ready, line 4 said in_progress",
    ]


@pytest.mark.parametrize(("text", "message"), cases("refused-tables.txt"))
def test_bad_rows_are_named(text: str, message: str) -> None:
    with pytest.raises(LoadRefused) as error:
        table(text)
    assert str(error.value) == message


def test_a_name_that_no_database_can_hold_is_named() -> None:
    for column, row in (("region", "e\ud800u,w,a"), ("integration", "eu,\udfff,a"), ("team", "eu,w,\0")):
        with pytest.raises(LoadRefused, match=f"m.csv:2: {column}: expected text, got a character"):
            table(f"region,integration,team\n{row}\n")


def test_no_more_bad_rows_than_help_are_shown() -> None:
    with pytest.raises(LoadRefused) as error:
        table("region,integration,state\n" + "eu,w,x\n" * 100_000)
    lines = str(error.value).splitlines()
    assert (len(lines), lines[-1]) == (51, "… and 951 more")


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(LoadRefused) as error:
        table('region,integration\neu,"w' + "x\n" * 100_000)
    assert str(error.value) == (
        "m.csv:2: expected CSV, got a mistake in it: field larger than field limit (131072)"
    )
