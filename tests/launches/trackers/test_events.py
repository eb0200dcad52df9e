from datetime import UTC, datetime

import pytest

from launches.trackers import event
from tests.launches.trackers.deliveries import (
    GITHUB,
    GITLAB,
    JIRA,
    github_issue,
    github_pull,
    gitlab_issue,
    jira_issue,
)

AT = datetime(2026, 11, 2, 8, 30, 15, tzinfo=UTC)
Z, SPOKEN, SHIFTED = "2026-11-02T08:30:15Z", "2026-11-02 08:30:15 UTC", "2026-11-02T10:30:15.000+0200"
MERGE_REQUEST = {
    "object_kind": "merge_request",
    "user": {"name": "", "username": "ada"},
    "object_attributes": {
        "url": "https://gitlab.example/harbor/billing/-/merge_requests/4",
        "title": "Round EUR",
        "state": "merged",
        "updated_at": Z,
    },
}
SAID = [
    ("github", github_issue("closed", "closed", Z), GITHUB, "closed", "mona", "completed"),
    ("github", github_issue("closed", "closed", Z, state_reason="not_planned"), GITHUB, "closed", "mona",
     "not planned"),
    ("github", github_issue("reopened", "open", Z), GITHUB, "open", "mona", ""),
    ("github", github_issue("deleted", "open", Z), GITHUB, "unknown", "mona", ""),
    ("github", github_issue("transferred", "closed", Z), GITHUB, "unknown", "mona", "completed"),
    ("github", github_issue("deleted", "open", Z) | {"comment": {"id": 1}}, GITHUB, "open", "mona", ""),
    ("github", github_pull("closed", Z, merged=True), GITHUB.replace("issues", "pull"), "closed", "hubot",
     "merged"),
    ("github", github_pull("closed", Z, merged=False), GITHUB.replace("issues", "pull"), "closed", "hubot",
     "not merged"),
    ("gitlab", gitlab_issue("close", "closed", SPOKEN), GITLAB, "closed", "Ada Lind", ""),
    ("gitlab", gitlab_issue("reopen", "opened", Z), GITLAB, "open", "Ada Lind", ""),
    ("gitlab", gitlab_issue("close", "closed", Z, moved_to_id=9), GITLAB, "unknown", "Ada Lind", ""),
    ("gitlab", gitlab_issue("close", "closed", Z) | {"object_kind": "work_item"}, GITLAB, "closed",
     "Ada Lind", ""),
    ("gitlab", MERGE_REQUEST, "https://gitlab.example/harbor/billing/-/merge_requests/4", "closed", "ada",
     "merged"),
    ("jira", jira_issue("jira:issue_updated", "done", "Won’t do", SHIFTED), JIRA, "closed", "Ines Duarte",
     "Won’t do"),
    ("jira", jira_issue("jira:issue_updated", "indeterminate", "Doing", SHIFTED), JIRA, "open",
     "Ines Duarte", ""),
    ("jira", jira_issue("jira:issue_deleted", "done", "Done", SHIFTED), JIRA, "unknown", "Ines Duarte", ""),
]  # fmt: skip
NOT_SAID = [
    ("github", {"zen": "Keep it logically awesome.", "hook_id": 1}),
    ("github", []),
    ("github", None),
    ("github", "closed"),
    ("github", {"issue": []}),
    ("github", {"issue": {"html_url": GITHUB}}),
    ("github", github_issue("closed", "shut", Z)),
    ("github", github_issue("closed", ["closed"], Z)),
    ("github", github_issue("closed", "closed", "yesterday")),
    ("github", github_issue("closed", "closed", "2026-02-31T00:00:00Z")),
    ("github", github_issue("closed", "closed", "2026-11-02T08:30:15")),
    ("github", github_issue("closed", "closed", "0001-01-01T00:00:00+14:00")),
    ("github", github_issue("closed", "closed", Z, html_url=GITLAB)),
    ("github", github_issue("closed", "closed", Z, html_url="https://github.example/harbor/api")),
    ("gitlab", gitlab_issue("close", "closed", Z) | {"object_kind": "note"}),
    ("gitlab", gitlab_issue("close", "closed", Z, url=GITHUB)),
    ("gitlab", {"object_kind": "issue"}),
    ("jira", {"webhookEvent": "sprint_started"}),
    ("jira", jira_issue("comment_created", "done", "Done", None)),
    ("jira", jira_issue("jira:issue_updated", "done", "Done", SHIFTED, issue={"key": "MSG-7", "fields": {}})),
]


@pytest.mark.parametrize(("tracker", "payload", "url", "state", "by", "how"), SAID)
def test_what_a_tracker_says_of_an_issue(tracker, payload, url, state, by, how):
    told = event(tracker, payload)
    assert (told.address.url, told.state, told.at, told.by, told.how) == (url, state, AT, by, how)


@pytest.mark.parametrize(("tracker", "payload"), NOT_SAID)
def test_what_says_nothing_clear_of_an_issue_of_its_own_is_no_event(tracker, payload):
    assert event(tracker, payload) is None


def test_a_title_is_one_line_that_any_database_keeps():
    title = "Two\nlines \x00\ud800and\u202e more" + "x" * 300
    told = event("github", github_issue("edited", "open", Z, title=title))
    assert told.title == ("Two lines and more" + "x" * 300)[:200]
