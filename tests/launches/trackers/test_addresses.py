import pytest

from launches.trackers import parsed
from launches.trackers.addresses import EXPECTED

SAME = {
    ("github", "https://github.example/Harbor/api/issues/12", "Harbor/api#12"): [
        "https://github.example/Harbor/api/issues/12",
        " https://GITHUB.example:443/Harbor/api/issues/12/?q=1#issuecomment-9 ",
        "http://github.example./Harbor/api/issues/12",
        "https://github.example/harbor/API/pull/12/files",
    ],
    ("gitlab", "https://gitlab.example:8443/a/b/c/-/issues/3", "a/b/c#3"): [
        "https://gitlab.example:8443/a/b/c/-/issues/3",
        "https://gitlab.example:8443/a/b/c/-/work_items/3",
        "https://gitlab.example:8443/A/b/c/-/issues/3/designs/x.png#note_4",
    ],
    ("gitlab", "https://gitlab.example/a/b/-/merge_requests/3", "a/b!3"): [
        "https://gitlab.example/a/b/-/merge_requests/3",
        "https://gitlab.example/a/b/-/merge_requests/3/diffs?tab=1",
    ],
    ("jira", "https://jira.example/browse/MSG-7", "MSG-7"): [
        "https://jira.example/browse/MSG-7",
        "https://jira.example/browse/msg-7/?focusedCommentId=1",
    ],
    ("jira", "http://tools.example/jira/browse/MSG_2-7", "MSG_2-7"): [
        "http://tools.example/jira/browse/MSG_2-7"
    ],
}
REFUSED = {
    "": "Start with https://.",
    "github.example/a/b/issues/1": "Start with https://.",
    "ftp://github.example/a/b/issues/1": "Start with https://.",
    "javascript:alert(1)//a/b/issues/1": "Start with https://.",
    "https://ada:secret@github.example/a/b/issues/1": (
        "Leave out the name and the password: everybody could read them."
    ),
    "https://github.example/a/b/issues/1\n2": (
        "An address is written in plain letters: copy it from the browser."
    ),
    "https://gіthub.example/a/b/issues/1": (
        "An address is written in plain letters: copy it from the browser."
    ),
    f"https://github.example/a/b/issues/1?{'x' * 500}": "An address has at most 500 characters.",
    **dict.fromkeys(
        (
            "https:///a/b/issues/1",
            "https://-/a/b/issues/1",
            "https://github.example:99999/a/b/issues/1",
            "https://[::1/a/b/issues/1",
            "https://github.example/a/issues/1",
            "https://github.example/a/b/c/issues/1",
            "https://github.example/a/../issues/1",
            "https://github.example/a/b/issues/0",
            "https://github.example/a/b/issues/1x",
            "https://github.example/a/b/issues/new",
            "https://github.example/a/b/issues/12345678901",
            "https://gitlab.example/b/-/issues/1",
            "https://gitlab.example/a/b/-/epics/1",
            "https://jira.example/browse/MSG",
            "https://jira.example/browse/7-MSG",
            "https://jira.example/a%2fb/browse/MSG-7",
        ),
        EXPECTED,
    ),
}


@pytest.mark.parametrize(("issue", "texts"), SAME.items(), ids=[key for _, _, key in SAME])
def test_however_an_address_is_written_it_is_the_same_issue(issue, texts):
    tracker, url, key = issue
    found = [parsed(text) for text in texts]
    assert (found[0].tracker, found[0].url, found[0].key) == (tracker, url, key)
    assert {address.identity for address in found} == {found[0].identity}


def test_different_issues_are_different():
    texts = [texts[0] for texts in SAME.values()]
    texts += ["https://gitlab.example/a/b/-/issues/3", "https://other.example/a/b/-/issues/3"]
    assert len({(parsed(text).tracker, parsed(text).identity) for text in texts}) == len(texts)


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_what_is_no_address_of_an_issue_is_refused_with_what_is_expected(text, why):
    with pytest.raises(ValueError, match=r"\S") as refusal:
        parsed(text)
    assert str(refusal.value) == why
