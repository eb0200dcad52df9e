"""Who may do what with launches and all that is theirs; the one place.

Everybody signed in reads everything. An admin writes anything; a launch's lead writes the launch and its
blockers; a member writes the blockers that their team owns, or they do; a viewer writes nothing.
Each function answers for one person and one row; `required()` turns a no into a 403.
"""

from collections.abc import Collection

from launches.models import Blocker, Comment, Launch, SavedFilter, Scenario, SignOff
from launches.models.decision import takes_two
from launches.models.transition_table import Transition
from readiness.access import required as required
from readiness.models import User


def may_edit_launch(user: User, launch: Launch) -> bool:
    return user.is_superuser or launch.pk in user.led_launch_ids


def may_raise_blocker(user: User, launch: Launch) -> bool:
    """Anybody on a team may say what stands in the way; accepting it is the lead's."""
    return may_edit_launch(user, launch) or bool(user.team_ids)


def may_edit_blocker(user: User, blocker: Blocker) -> bool:
    return (
        user.is_superuser
        or blocker.launch_id in user.led_launch_ids
        or blocker.team_id in user.team_ids
        or blocker.owner_id == user.pk
    )


def may_judge_blocker(user: User, blocker: Blocker) -> bool:
    """Accept or reject a proposal."""
    return user.is_superuser or blocker.launch_id in user.led_launch_ids


def may_take(user: User, blocker: Blocker, step: Transition) -> bool:
    """What was rejected comes back only through those who could have accepted it."""
    comes_back = step.name == "reopen" and blocker.state == Blocker.State.REJECTED
    may = may_judge_blocker if step.judges or comes_back else may_edit_blocker
    return may(user, blocker)


def may_delete_scenario(user: User, scenario: Scenario) -> bool:
    """Whoever saved it, while they may still save one, and the launch's lead."""
    is_own = scenario.saved_by_id == user.pk and may_raise_blocker(user, scenario.launch)
    return may_edit_launch(user, scenario.launch) or is_own


def may_decide(user: User, blocker: Blocker, requested_by_id: int | None) -> bool:
    """Approve or refuse to launch without it. What only degrades the launch one person may decide alone."""
    asker = requested_by_id if takes_two(blocker.severity) else None
    return may_approve(user, {blocker.launch_id}, asker)


def may_approve(user: User, launches: Collection[int], requested_by_id: int | None) -> bool:
    """Approve or refuse what would take blockers of these launches away: never who asked.

    An admin, or who leads all of them: nobody decides for the launch of somebody else.
    """
    leads = user.is_superuser or (bool(launches) and set(launches) <= user.led_launch_ids)
    return leads and requested_by_id != user.pk


def deciders(
    leads: Collection[int | None],
    requested_by_id: int | None,
    admins: Collection[int],
    *,
    alone: bool = False,
) -> frozenset[int]:
    """Of those who may approve, who is asked to: the one who leads all of the launches.

    The admins are, where nobody leads them all, or who does is the one who asks. `alone` where one person
    may do both. `leads` are of the launches concerned.
    """
    leading = {key for key in leads if key is not None} if len(set(leads)) == 1 else set()
    asked = leading - {requested_by_id} or leading | set(admins)
    return frozenset(asked if alone else asked - {requested_by_id})


def is_asked_to_decide(user: User, blocker: Blocker, requested_by_id: int | None) -> bool:
    admins = {user.pk} if user.is_superuser else set()
    alone = not takes_two(blocker.severity)
    return user.pk in deciders({blocker.launch.lead_id}, requested_by_id, admins, alone=alone)


def may_withdraw(user: User, requested_by_id: int | None) -> bool:
    return user.is_superuser or requested_by_id == user.pk


def may_comment(user: User) -> bool:
    return user.role != "viewer"


def may_reword_comment(user: User, comment: Comment) -> bool:
    """Nobody puts words into another's mouth, not even an admin."""
    return comment.author_id == user.pk and may_comment(user)


def may_delete_comment(user: User, comment: Comment) -> bool:
    return user.is_superuser or comment.author_id == user.pk


def may_share(user: User, launch: Launch | None) -> bool:
    """Let people without an account look: at one launch its lead, at all of them (`None`) an admin."""
    return user.is_superuser if launch is None else may_edit_launch(user, launch)


def share_link_works(maker: User, launch: Launch | None) -> bool:
    """It shows a launch, or all of them, only while who made it could still make it."""
    return maker.is_active and may_share(maker, launch)


def may_sign(user: User, sign_off: SignOff) -> bool:
    """Its signer, or an admin in their place: never who asked for it, nor the lead of what it is about."""
    if sign_off.asked_by_id == user.pk:
        return False
    stands_in = user.is_superuser and sign_off.launch_id not in user.led_launch_ids
    return sign_off.signer_id == user.pk or stands_in


def may_name_signer(user: User, sign_off: SignOff, signer_id: int | None) -> bool:
    """Say who signs: not oneself, or the lead could give every answer there is to give."""
    return signer_id != user.pk or sign_off.signer_id == signer_id


def may_make_advice(user: User, sign_off: SignOff) -> bool:
    """Have the launch not wait for it: once it has answered that is like overriding the answer."""
    return not sign_off.decision or may_override_gates(user)


def may_acknowledge(user: User, sign_off: SignOff) -> bool:
    """Say for a function that it knows of a deferral."""
    return user.is_superuser or sign_off.signer_id == user.pk


def may_override_gates(user: User) -> bool:
    """Record a go over what still stands in its way, with a reason."""
    return user.is_superuser


def may_launch(user: User, launch: Launch, has_go: bool) -> bool:
    """Say that it is live; without a go that is an admin's."""
    return may_edit_launch(user, launch) and (has_go or may_override_gates(user))


def may_edit_filter(user: User, saved_filter: SavedFilter) -> bool:
    """Not even an admin: it is how one person looks at a list."""
    return saved_filter.user_id == user.pk
