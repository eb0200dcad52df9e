"""The one table of who is told of what, and in which words.

A verb that is not in it tells nobody. Nobody is told of what they did themselves, and what the plan file did
is told to nobody: it is read as a whole. What it asks for is told to those who may approve it.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from launches.models import Notice, SignOff
from launches.notifications.recipients import NOBODY, People, Recipients, Subject, people
from readiness.models import Change, Origin
from readiness.wording import actor, differences, verb_word

Reason = Notice.Reason
Audience = Callable[[Recipients, Change, Subject], People]


class Rule(NamedTuple):
    """`words` with {who} did it and {what} it happened to; `audiences` the strongest reason first."""

    words: Promise
    audiences: tuple[tuple[Notice.Reason, Audience], ...]


def _mentioned(circle: Recipients, change: Change, __: Subject) -> People:
    return circle.named(change.after.get("mentioned", []))


def _watching(circle: Recipients, __: Change, there: Subject) -> People:
    return circle.watchers(there)


def _watching_launch(circle: Recipients, change: Change, there: Subject) -> People:
    """What the checklists bring along with every new launch is no news."""
    return NOBODY if change.origin == Origin.RULE else circle.launch_watchers(there)


def _lead(__: Recipients, ___: Change, there: Subject) -> People:
    return people([there.launch.lead_id])


def _deciding(circle: Recipients, change: Change, there: Subject) -> People:
    return circle.deciders(there, change.author_id)


def _asker(circle: Recipients, __: Change, there: Subject) -> People:
    return circle.askers(there)


def _approving(circle: Recipients, __: Change, there: Subject) -> People:
    return circle.approvers(there)


def _requester(__: Recipients, ___: Change, there: Subject) -> People:
    return people([there.row.requested_by_id])


def _acknowledging(circle: Recipients, __: Change, there: Subject) -> People:
    return circle.acknowledgers(there)


def _owner(__: Recipients, ___: Change, there: Subject) -> People:
    return people([there.row.owner_id])


def _new_owner(circle: Recipients, change: Change, there: Subject) -> People:
    """Only a new owner is told of an edit: what else was edited stands in the history."""
    return _owner(circle, change, there) if change.after.get("owner") else NOBODY


def _freed(circle: Recipients, __: Change, there: Subject) -> People:
    return circle.freed(there)


def _signer(__: Recipients, ___: Change, there: Subject) -> People:
    return people([there.row.signer_id])


WATCHERS = (Reason.WATCHING, _watching)
LAUNCH_WATCHERS = (Reason.WATCHING, _watching_launch)
DECIDERS = (Reason.ASKED, _deciding)
ASKER = (Reason.YOURS, _asker)
REQUESTER = (Reason.YOURS, _requester)
OWNER = (Reason.YOURS, _owner)

RULES: dict[tuple[str, str], Rule] = {
    ("comment", "commented"): Rule(
        gettext_lazy("{who} commented on {what}"), ((Reason.MENTIONED, _mentioned), WATCHERS)
    ),
    ("comment", "edited"): Rule(
        gettext_lazy("{who} mentioned you on {what}"), ((Reason.MENTIONED, _mentioned),)
    ),
    ("blocker", "opened"): Rule(gettext_lazy("{what} came up"), (OWNER, LAUNCH_WATCHERS)),
    ("blocker", "proposed"): Rule(
        gettext_lazy("{who} proposed {what}"), ((Reason.ASKED, _lead), LAUNCH_WATCHERS)
    ),
    ("blocker", "accepted"): Rule(gettext_lazy("{who} accepted {what}"), (OWNER, WATCHERS)),
    ("blocker", "rejected"): Rule(gettext_lazy("{who} rejected {what}"), (OWNER, WATCHERS)),
    ("blocker", "edited"): Rule(
        gettext_lazy("{who} made you the owner of {what}"), ((Reason.YOURS, _new_owner),)
    ),
    ("blocker", "resolved"): Rule(
        gettext_lazy("{what} is resolved"), ((Reason.FREED, _freed), OWNER, WATCHERS)
    ),
    ("blocker", "dependency added"): Rule(
        gettext_lazy("{who} said that {what} waits for another blocker"), (OWNER, WATCHERS)
    ),
    ("blocker", "dependency removed"): Rule(
        gettext_lazy("{who} said that {what} waits for one blocker less"), (OWNER, WATCHERS)
    ),
    ("blocker", "reopened"): Rule(gettext_lazy("{what} is open again"), (OWNER, WATCHERS)),
    ("blocker", "changed an issue"): Rule(
        gettext_lazy("An issue of {what} is in another state"), (OWNER, WATCHERS)
    ),
    ("blocker", "undone"): Rule(gettext_lazy("{who} took back the last step of {what}"), (OWNER, WATCHERS)),
    ("blocker", "waiver requested"): Rule(
        gettext_lazy("{who} asks to launch without {what}"), (DECIDERS, WATCHERS)
    ),
    ("blocker", "deferral requested"): Rule(gettext_lazy("{who} asks to defer {what}"), (DECIDERS, WATCHERS)),
    ("blocker", "waived"): Rule(
        gettext_lazy("{who} agreed to launch without {what}"), (ASKER, OWNER, WATCHERS)
    ),
    ("blocker", "deferred"): Rule(
        gettext_lazy("{who} agreed to defer {what}"),
        ((Reason.ASKED, _acknowledging), ASKER, OWNER, WATCHERS),
    ),
    ("blocker", "waiver refused"): Rule(
        gettext_lazy("{who} refused to launch without {what}"), (ASKER, WATCHERS)
    ),
    ("blocker", "deferral refused"): Rule(gettext_lazy("{who} refused to defer {what}"), (ASKER, WATCHERS)),
    ("blocker", "expires soon"): Rule(
        gettext_lazy("The agreement on {what} runs out soon"), (OWNER, WATCHERS)
    ),
    ("blocker", "filled"): Rule(gettext_lazy("{who} filled the gap {what}"), (WATCHERS,)),
    ("changerequest", "approval requested"): Rule(
        gettext_lazy("{who} asks for approval: {what}"), ((Reason.ASKED, _approving), WATCHERS)
    ),
    ("changerequest", "request approved"): Rule(
        gettext_lazy("{who} approved what was asked for: {what}"), (REQUESTER, WATCHERS)
    ),
    ("changerequest", "request refused"): Rule(
        gettext_lazy("{who} refused what was asked for: {what}"), (REQUESTER, WATCHERS)
    ),
    ("changerequest", "request closed"): Rule(
        gettext_lazy("The subject of the request is gone: {what}"), (REQUESTER,)
    ),
    ("launch", "target moved"): Rule(gettext_lazy("{who} moved {what}"), (WATCHERS,)),
    ("launch", "go recorded"): Rule(gettext_lazy("{who} recorded GO for {what}"), (WATCHERS,)),
    ("launch", "no-go recorded"): Rule(gettext_lazy("{who} recorded NO-GO for {what}"), (WATCHERS,)),
    ("launch", "go withdrawn"): Rule(gettext_lazy("{who} withdrew the GO for {what}"), (WATCHERS,)),
    ("launch", "went live"): Rule(gettext_lazy("{what} is live"), (WATCHERS,)),
    ("signoff", "sign-off requested"): Rule(
        gettext_lazy("{who} asks you to sign {what}"), ((Reason.ASKED, _signer),)
    ),
    ("signoff", "signed off"): Rule(gettext_lazy("{who} signed {what}"), (WATCHERS,)),
    ("signoff", "reminded"): Rule(gettext_lazy("{what} is not signed yet"), ((Reason.ASKED, _signer),)),
}


def rule_of(change: Change) -> Rule | None:
    """An undone step is told whatever it was."""
    kind = change.content_type.model
    if change.origin == Origin.PLAN and kind != "changerequest":
        return None
    return RULES.get((kind, change.verb.split(":")[0]))


def recipients_of(circle: Recipients, change: Change, there: Subject) -> dict[int, Notice.Reason]:
    """Who is told of `change`, each by the strongest reason there is; never who did it."""
    telling = rule_of(change)
    found: dict[int, Notice.Reason] = {}
    for reason, audience in telling.audiences if telling else ():
        for person in audience(circle, change, there):
            found.setdefault(person, reason)
    found.pop(change.author_id or 0, None)
    return found


def sentence(notice: Notice) -> str:
    """What happened, in words to the person it is for."""
    change = notice.change
    telling = rule_of(change)
    if notice.reason == Reason.MENTIONED:
        words = _("{who} mentioned you on {what}")
    else:
        words = str(telling.words) if telling else _("{what}: {done}")
    said = words.format(who=actor(change), what=change.label, done=verb_word(change.verb))
    return _from_what_to_what(said, change)


def _from_what_to_what(said: str, change: Change) -> str:
    """The two sides of what is a number, a day or an answer; a state has its own words already."""
    if change.verb == "signed off":
        answer = SignOff.Decision(change.after["decision"]).label
        return _("%(said)s: %(answer)s") % {"said": said, "answer": answer}
    moved = differences(change) if change.verb == "target moved" else ()
    for row in moved:
        told = {"said": said, "before": row.before, "after": row.after}
        said = _("%(said)s from %(before)s to %(after)s") % told
    return said


def reason_why(notice: Notice) -> str:
    """Why it is told to them: “you watch it”."""
    return str(Notice.Reason(notice.reason).label)
