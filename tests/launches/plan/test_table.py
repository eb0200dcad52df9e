import pytest

from launches.plan.problems import Refused
from launches.plan.table import Table, read
from tests.launches.plan.conftest import cases


def table(text: str) -> Table:
    return read(text.splitlines(keepends=True), "m.csv")


def cells(text: str) -> dict[str, tuple[str, str]]:
    return {" ".join(key): cell[1:] for key, cell in table(text).cells.items()}


READY = ("ready", "")


@pytest.mark.parametrize(
    "text",
    [
        "europe,whatsapp\n",
        "europe,whatsapp",
        "Region,Integration\nEurope,WhatsApp\n",
        "INTEGRATION,region\nWhatsApp,Europe\n",
        "\ufeffregion,integration\r\neurope,whatsapp\r\n",
        "region;integration\neurope;whatsapp\n",
        '"region","integration"\n"europe","whatsapp"\n',
        "\n\n,,\nregion,integration\n\n , \neurope,whatsapp\n,\n",
        "region,integration,state\neurope,whatsapp,\n",
        "region,integration,state\neurope,whatsapp\n",
        " region , integration \n europe , whatsapp \n",
    ],
)
def test_the_same_matrix_in_many_forms(text: str) -> None:
    found = table(text)
    assert cells(text) == {"europe whatsapp": READY}
    assert found.all_notes() == []


def test_columns_by_name_in_any_order() -> None:
    text = "team,State,importance,integration,region\nChat,In progress,Nice-to-have,whatsapp,europe\n"
    assert cells(text) == {"europe whatsapp": ("in_progress", "nice_to_have")}
    assert table(text).owners == {"whatsapp": ("chat", 2)}


def test_unknown_columns_are_told_and_ignored() -> None:
    found = table("region,integration,colour,\neurope,whatsapp,red,x\n")
    assert found.all_notes() == ["columns ignored: colour, (no name)"]


def test_without_a_header_the_first_two_columns_count() -> None:
    text = "europe,whatsapp,not_started,x\neurope,billing\n"
    assert cells(text) == {"europe whatsapp": READY, "europe billing": READY}
    assert table(text).all_notes() == ["2 columns ignored: without a header nothing names them"]


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
    with pytest.raises(Refused) as error:
        table(text)
    assert str(error.value) == message


def test_no_more_bad_rows_than_help_are_shown() -> None:
    with pytest.raises(Refused) as error:
        table("region,integration,state\n" + "eu,w,x\n" * 100_000)
    lines = str(error.value).splitlines()
    assert (len(lines), lines[-1]) == (51, "… and 951 more")


def test_a_field_without_end_is_refused() -> None:
    with pytest.raises(Refused) as error:
        table('region,integration\neu,"w' + "x\n" * 100_000)
    assert str(error.value) == (
        "m.csv:2: expected CSV, got a mistake in it: field larger than field limit (131072)"
    )
