from datetime import date, timedelta
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from model_bakery import baker

from launches.models import Blocker, Deferral, Launch, SignOff, Waiver
from launches.pages.report.brief_markdown import escaped
from launches.status import settle_launch

URL = "/launches/europe-ga/report/"
MARKDOWN = "/launches/europe-ga/report.md"
EXPECTED = Path(__file__).with_name("report.md")
HOSTILE = [
    "*bold* _it_ `code` ~~gone~~",
    "[link](https://evil.example) ![i](x)",
    "<script>alert(1)</script> &lt;b&gt; &copy;",
    "a | b || c",
    "- item",
    "+ item",
    "1. item",
    "12) item",
    "# heading",
    "> quote",
    "=== under",
    "back\\slash \\*",
    "<https://evil.example>",
    "$x^2$ {y}",
]


def made(launch, now, slug, state="open", **facts):
    days = facts.pop("days", 10)
    points = {"best": days, "likely": days, "worst": days}
    values = {"slug": slug, "title": slug.title(), "kind": "customer_facing", "opened_at": now} | points
    values["owner"] = launch.lead
    return baker.make(Blocker, launch=launch, state=state, **values | facts)


@pytest.fixture
def brief(sign_in, people):
    return lambda: sign_in(people.viewer).get(URL).context["brief"]


def test_each_of_the_costliest_says_what_launching_without_it_buys(brief, europe, now):
    type(europe.cell).objects.update(state="ready")
    for slug, days in (("a", 14), ("b", 60), ("c", 21)):
        made(europe.launch, now, slug, days=days)
    assert [(cost.row.blocker.slug, cost.row.days, cost.without) for cost in brief().costs] == [
        ("b", 57, "P85 30 Nov 2026, on track with over 99 %"),
        ("a", 0, "nothing by itself: other work takes as long"),
        ("c", 0, "nothing by itself: other work takes as long"),
    ]


def test_nobody_launches_without_its_infrastructure(brief, europe, now):
    settle_launch(europe.launch, now)
    made(europe.launch, now, "network", days=60, kind="infrastructure")
    assert brief().costs[0].without == "cannot be left out"


def test_what_waits_for_a_decision_comes_before_what_was_decided(brief, people, europe, now):
    waived = made(europe.launch, now, "sms", "waived")
    asked = made(europe.launch, now, "voice")
    facts = {"requested_at": now, "requested_by": people.lead}
    approved = {"approved_by": people.admin, "approved_at": now}
    baker.make(Waiver, blocker=waived, reason="Few use it", expires_on=date(2027, 3, 1), **facts, **approved)
    baker.make(Waiver, blocker=asked, reason="Fewer still", **facts, approved_by=None, approved_at=None)
    assert [tuple(line) for line in brief().decisions.shown] == [
        ("progress", "waits", "Voice", "lead asked to waive it: Fewer still", False),
        ("waived", "waived", "Sms", "until 1 Mar 2027; approved by admin; Few use it", False),
    ]


def test_an_overdue_promise_is_loud_and_first(brief, europe, now):
    for slug, day in (("later", date(2027, 2, 1)), ("late", date(2026, 11, 1))):
        blocker = made(europe.launch, now, slug, "deferred")
        baker.make(Deferral, blocker=blocker, reason="r", fill_by=day, requested_at=now)
    Launch.objects.update(launched_at=now - timedelta(days=9))
    assert [tuple(line) for line in brief().gaps.shown] == [
        ("blocked", "overdue", "Late", "was to be filled by 1 Nov 2026; r", True),
        ("waived", "deferred", "Later", "fill by 1 Feb 2027; r", False),
    ]
    assert [figure.label for figure in brief().figures] == ["Target", "Ready", "Sign-offs"]


def test_a_sign_off_that_does_not_hold_comes_first(brief, people, europe, now):
    for function in ("Legal", "Sales", "Support"):
        baker.make(SignOff, launch=europe.launch, slug=function.lower(), function=function)
    first, second = SignOff.objects.order_by("pk")[:2]
    first.decide("go", by=people.lead, now=now, note="Fine")
    second.decide("no_go", by=people.admin, now=now)
    assert [tuple(line)[:4] for line in brief().gates.shown] == [
        ("blocked", "no-go", "Sales", "admin"),
        ("unknown", "waiting", "Support", ""),
        ("ready", "go", "Legal", "lead: Fine"),
    ]


def test_without_a_forecast_it_says_that_nobody_knows(brief, europe):
    seen = brief()
    assert (seen.fan, seen.news, seen.costs) == (None, [], [])
    assert seen.status.verdict == "unknown"


def test_lists_end_where_the_page_does(brief, europe, people, now):
    for number in range(12):
        blocker = made(europe.launch, now, f"w-{number}", "waived")
        baker.make(Waiver, blocker=blocker, reason="r", requested_at=now)
        baker.make(SignOff, launch=europe.launch, slug=f"s-{number}", function=f"S {number}")
        europe.launch.move_target(date(2027, 1, 4 + number), reason="r", by=people.lead, now=now)
    seen = brief()
    assert [(len(lines.shown), lines.others) for lines in (seen.decisions, seen.gates)] == [(4, 8), (8, 4)]
    assert (len(seen.news), seen.more_news) == (6, 6)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_typed_is_shown_as_typed(text):
    """Also at the beginning of an item and in a cell of a table."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    shown = escaped(text)
    seen = [
        [token.type for token in reader.parse(where)] for where in (f"- {shown}", f"| {shown} |\n|---|\n")
    ]
    usual = [[token.type for token in reader.parse(where)] for where in ("- a", "| a |\n|---|\n")]
    assert seen == usual
    inline = next(token for token in reader.parse(f"- {shown}") if token.type == "inline")
    assert "".join(part.content for part in inline.children) == text
    assert {part.type for part in inline.children} <= {"text", "text_special"}


def test_a_text_of_many_lines_is_one():
    assert escaped(" a\n\n# b\r\n\tc ") == "a \\# b c"


def test_markdown_tells_the_same(sign_in, people, europe, now):
    settle_launch(europe.launch, now)
    made(europe.launch, now, "b", days=60, title="Mail | <spam>")
    europe.launch.move_target(date(2026, 12, 21), reason="*Review*", by=people.lead, now=now)
    baker.make(SignOff, launch=europe.launch, slug="legal", function="Legal")
    response = sign_in(people.viewer).get(MARKDOWN)
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.text == EXPECTED.read_text()


def test_it_takes_the_same_few_queries_for_ten_times_as_much(
    sign_in, people, europe, spam, grow, queries, now
):
    settle_launch(europe.launch, now)
    client = sign_in(people.viewer)
    before = [queries(client, url) for url in (URL, MARKDOWN)]
    grow()
    assert [queries(client, url) for url in (URL, MARKDOWN)] == before
    assert max(before) <= 13
