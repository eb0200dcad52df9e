"""The engine against a file; what is wrong with a file is said by line."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

HEADER = "opened,closed,best,likely,worst,team,name\n"


@pytest.fixture
def run(tmp_path, capsys):
    def ran(text, *arguments):
        path = tmp_path / "history.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("backtest", str(path), *arguments)
        return capsys.readouterr().out.splitlines()

    return ran


def line(number, team="payments"):
    """A week's work that was estimated so."""
    monday = date(2024, 1, 1) + timedelta(days=7 * (number % 50))
    return f"{monday},{monday + timedelta(days=4)},5,5,5,{team},B {number}\n"


def test_the_table(run):
    told = run(HEADER + "".join(line(number) for number in range(12)))
    assert told == [
        "                              count  P50 held  P85 held  P95 held  loss P85    bias",
        "learning as it went              12 over 99 % over 99 % over 99 %      0.00     0.0",
        "by estimates alone               12 over 99 % over 99 % over 99 %      0.00     0.0",
        "  payments                       12 over 99 % over 99 % over 99 %      0.00     0.0",
        "",
        "P85 should hold 85 % of the time. Loss (pinball) and bias (fact − P50) in working days.",
        "Correction that this asks for: 1.00",
    ]


def test_holidays_of_a_country_are_no_work(run):
    """The first of January 2024 was a Monday."""
    assert run(HEADER + line(0), "--country", "ie")[1].split()[-1] == "-1.0"


def test_estimates_may_be_missing(run):
    assert run("closed,opened\n2024-01-05,2024-01-01\n")[1].split()[4] == "1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: there is no column opened and no column closed."),
        ("opened,team\n", "Line 1: there is no column closed."),
        (HEADER, "has no line below its header."),
        (
            HEADER + line(0) + "soon,2024-01-01,,,,,\n",
            "Line 3: opened is a day such as 2026-11-02, not “soon”.",
        ),
        ("opened,closed\n2024-01-01\n", "Line 2: closed is a day such as 2026-11-02, not “”."),
        (HEADER + "2024-01-05,2024-01-01,,,,,X\n", "Line 2: X was closed on 2024-01-01, before 2024-01-05."),
        (
            HEADER + "2024-01-01,2024-01-05,1,,,,\n",
            "Line 2: an estimate is all of best, likely and worst, or none.",
        ),
        (HEADER + "2024-01-01,2024-01-05,1,x,3,,\n", "Line 2: likely is a number of working days, not “x”."),
        (
            HEADER + "2024-01-01,2024-01-05,nan,2,3,,\n",
            "Line 2: An estimate needs three numbers, not nan, 2, 3.",
        ),
        (
            HEADER + "2024-01-01,2024-01-05,3,2,1,,\n",
            "Line 2: An estimate runs from best to likely to worst and not below 0: 3, 2, 1.",
        ),
        (b"\xff\xfe\x00", "cannot be read"),
        (HEADER + line(0) * 5001, "There are more than the 5000 lines that can be held against each other."),
    ],
)
def test_what_is_wrong_is_said(run, text, said):
    with pytest.raises(CommandError) as refusal:
        run(text)
    assert said in str(refusal.value)


def test_there_is_no_file(tmp_path):
    with pytest.raises(CommandError, match=r"cannot be read"):
        call_command("backtest", str(tmp_path / "none.csv"))
