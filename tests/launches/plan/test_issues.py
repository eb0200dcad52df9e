"""Issues of outside trackers in a plan file: followed, kept, dumped; how they are only a tracker says."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from launches.models import Blocker, TrackerLink
from launches.plan.document import read
from launches.plan.dump import dump
from launches.plan.problems import LoadRefused
from launches.plan.report import Counts, Report
from launches.trackers import parsed
from readiness.models import Change, User
from tests.launches.plan.conftest import NOW

Load = Callable[..., Report]
GITHUB = "https://github.com/harbor/billing/issues/12"
JIRA = "https://harbor.atlassian.net/browse/BILL-7"
PLAN = "launches: {europe-ga: {blockers: {eur: {issues: [%s]}}}}"


def urls() -> list[str]:
    return [link.url for link in TrackerLink.objects.filter(blocker__slug="eur")]


def told() -> list[tuple[str, str, str]]:
    rows = Change.objects.filter(verb__endswith=" an issue").order_by("pk")
    return [(row.verb, row.note, row.origin) for row in rows]


def test_a_file_that_says_nothing_of_issues_leaves_them(loaded: Load) -> None:
    loaded()
    loaded(PLAN % GITHUB)
    loaded("launches: {europe-ga: {blockers: {eur: {due: 2026-12-01}}}}")
    assert urls() == [GITHUB]


def test_what_is_named_is_followed_once(loaded: Load) -> None:
    """However its address is written, and however often."""
    loaded()
    twice = f"{GITHUB}, {GITHUB.replace('harbor', 'Harbor')}#issuecomment-1, {JIRA}"
    report = loaded(PLAN % twice)
    assert report.kinds["issues"] == Counts(created=2)
    link = TrackerLink.objects.get(tracker="github")
    assert (link.identity, link.key.lower(), link.state, link.linked_by) == (
        parsed(GITHUB).identity,
        "harbor/billing#12",
        "unknown",
        None,
    )
    assert [(verb, origin) for verb, _, origin in told()] == [("added an issue", "plan")] * 2
    before = dump()
    assert loaded(PLAN % twice).kinds["issues"] == Counts(unchanged=2)
    assert (len(told()), dump()) == (2, before)


def test_what_is_no_longer_named_is_not_followed_and_the_rest_keeps_what_was_heard(loaded: Load) -> None:
    loaded()
    loaded(PLAN % f"{GITHUB}, {JIRA}")
    TrackerLink.objects.filter(url=JIRA).update(state="closed", title="Invoices")
    state = Blocker.objects.get(slug="eur").state
    report = loaded(PLAN % JIRA)
    assert report.kinds["issues"] == Counts(changed=1, unchanged=1)
    assert told()[-1] == ("removed an issue", GITHUB, "plan")
    link = TrackerLink.objects.get()
    assert (link.url, link.state, link.title) == (JIRA, "closed", "Invoices")
    assert Blocker.objects.get(slug="eur").state == state
    loaded(PLAN % "")
    assert urls() == []


def test_a_dry_run_follows_nothing(loaded: Load) -> None:
    loaded()
    loaded(PLAN % GITHUB, dry_run=True)
    assert (urls(), told()) == ([], [])


def test_a_dump_carries_them_and_loading_it_changes_nothing(loaded: Load) -> None:
    loaded()
    blocker = Blocker.objects.get(slug="eur")
    mara = User.objects.get(username="mara")
    for address in (JIRA, GITHUB):
        TrackerLink.objects.follow(blocker, parsed(address), by=mara, now=NOW)
    text = dump()
    said = read(text, "d").data["launches"]["europe-ga"]["blockers"]["eur"]
    assert said["issues"] == [JIRA, GITHUB]
    report = loaded(text, now=NOW + timedelta(1))
    assert (report.total.created, report.total.changed, dump()) == (0, 0, text)
    TrackerLink.objects.all().delete()
    loaded(text)
    assert (urls(), dump()) == ([JIRA, GITHUB], text)


@pytest.mark.parametrize("address", ["https://wiki.example/12", "javascript:alert(1)", "x", '""'])
def test_what_is_no_issue_is_refused_by_its_line(loaded: Load, address: str) -> None:
    loaded()
    with pytest.raises(LoadRefused, match=r"eur\.issues.*expected the address of an issue on GitHub"):
        loaded(PLAN % address)
    assert urls() == []
