"""Who may do what; the one place.

Everybody signed in reads everything. Writing follows from facts: an admin writes anything; a launch's lead
writes its region's cells and its blockers; a member writes what their team owns; a viewer writes nothing.
Each function answers for one person and one row; `required()` turns a no into a 403.
"""

from collections.abc import Collection
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from readiness.models import Integration, Item, Readiness, Region, Team, User


class Blocking(Protocol):
    """What access needs to know of a blocker, without knowing launches."""

    launch_id: int
    team_id: int | None
    owner_id: int | None
    state: str
    severity: str


def required(allowed: bool, message: str = "") -> None:
    if not allowed:
        raise PermissionDenied(message or _("Your account may look at this, but not change it."))


def may_edit_cell(user: User, cell: Readiness) -> bool:
    """Declare it, estimate it, sign off its items: the owning team, the lead of a launch there."""
    return (
        user.is_superuser
        or cell.region_id in user.led_region_ids
        or cell.integration.team_id in user.team_ids
    )


def may_override(user: User, cell: Readiness) -> bool:
    """Declare it ready over open must items, or change how important it is: not the owning team alone."""
    return user.is_superuser or cell.region_id in user.led_region_ids


def may_edit_item(user: User, item: Item) -> bool:
    return may_edit_cell(user, item.cell)


def may_edit_region(user: User, region: Region) -> bool:
    return user.is_superuser or region.pk in user.led_region_ids


def may_maintain(user: User, subject: Region | Integration | Item) -> bool:
    """Let its checks fail for a while: who may edit the region, the checklist or the item."""
    if isinstance(subject, Region):
        return may_edit_region(user, subject)
    if isinstance(subject, Integration):
        return may_edit_checklist(user, subject)
    return may_edit_item(user, subject)


def may_edit_checklist(user: User, integration: Integration) -> bool:
    return user.is_superuser or integration.team_id in user.team_ids


def may_edit_launch(user: User, launch: Any) -> bool:
    return user.is_superuser or launch.pk in user.led_launch_ids


def may_raise_blocker(user: User, launch: Any) -> bool:
    """Anybody on a team may say what stands in the way; accepting it is the lead's."""
    return may_edit_launch(user, launch) or bool(user.team_ids)


def may_edit_blocker(user: User, blocker: Blocking) -> bool:
    return (
        user.is_superuser
        or blocker.launch_id in user.led_launch_ids
        or blocker.team_id in user.team_ids
        or blocker.owner_id == user.pk
    )


def may_judge_blocker(user: User, blocker: Blocking) -> bool:
    """Accept or reject a proposal."""
    return user.is_superuser or blocker.launch_id in user.led_launch_ids


def may_reopen_blocker(user: User, blocker: Blocking) -> bool:
    """What was rejected comes back only through those who could have accepted it."""
    if blocker.state == "rejected":
        return may_judge_blocker(user, blocker)
    return may_edit_blocker(user, blocker)


def may_delete_scenario(user: User, scenario: Any) -> bool:
    """Whoever saved it, while they may still save one, and the launch's lead."""
    is_own = scenario.saved_by_id == user.pk and may_raise_blocker(user, scenario.launch)
    return may_edit_launch(user, scenario.launch) or is_own


def may_decide(user: User, blocker: Blocking, requested_by_id: int | None) -> bool:
    """Approve or refuse to launch without it: an admin or the launch's lead, and never who asked.

    What only degrades the launch one of them may decide alone.
    """
    decides = _leads(user, {blocker.launch_id})
    return decides and (requested_by_id != user.pk or blocker.severity == "degrades")


def may_approve(user: User, launches: Collection[int], requested_by_id: int | None) -> bool:
    """Approve or refuse what would take blockers of these launches away: never who asked.

    An admin, or who leads all of them: nobody decides for the launch of somebody else.
    """
    return _leads(user, launches) and requested_by_id != user.pk


def _leads(user: User, launches: Collection[int]) -> bool:
    return user.is_superuser or (bool(launches) and set(launches) <= user.led_launch_ids)


def may_withdraw(user: User, requested_by_id: int | None) -> bool:
    return user.is_superuser or requested_by_id == user.pk


def may_comment(user: User) -> bool:
    return user.role != "viewer"


def may_reword_comment(user: User, comment: Any) -> bool:
    """Nobody puts words into another's mouth, not even an admin."""
    return comment.author_id == user.pk and may_comment(user)


def may_delete_comment(user: User, comment: Any) -> bool:
    return user.is_superuser or comment.author_id == user.pk


def may_share(user: User, launch: Any | None) -> bool:
    """Let people without an account look: at one launch its lead, at all of them (`None`) an admin."""
    return user.is_superuser if launch is None else may_edit_launch(user, launch)


def may_sign(user: User, sign_off: Any) -> bool:
    """Its signer, or an admin in their place: never who asked for it, nor the lead of what it is about."""
    if sign_off.asked_by_id == user.pk:
        return False
    stands_in = user.is_superuser and sign_off.launch_id not in user.led_launch_ids
    return sign_off.signer_id == user.pk or stands_in


def may_name_signer(user: User, sign_off: Any, signer_id: int | None) -> bool:
    """Say who signs: not oneself, or the lead could give every answer there is to give."""
    return signer_id != user.pk or sign_off.signer_id == signer_id


def may_make_advice(user: User, sign_off: Any) -> bool:
    """Have the launch not wait for it: once it has answered that is like overriding the answer."""
    return not sign_off.decision or may_override_gates(user)


def may_acknowledge(user: User, sign_off: Any) -> bool:
    """Say for a function that it knows of a deferral."""
    return user.is_superuser or sign_off.signer_id == user.pk


def may_override_gates(user: User) -> bool:
    """Record a go over what still stands in its way, with a reason."""
    return user.is_superuser


def may_launch(user: User, launch: Any, has_go: bool) -> bool:
    """Say that it is live; without a go that is an admin's."""
    return may_edit_launch(user, launch) and (has_go or may_override_gates(user))


def may_run_checks(user: User) -> bool:
    """Looking once more harms nobody: everyone who may change anything at all."""
    return user.role != "viewer"


def may_edit_team(user: User, team: Team) -> bool:
    return user.is_superuser or team.pk in user.team_ids


def may_set_up(user: User) -> bool:
    """Plan a region and its launch, bring integrations in, ask people in: what concerns the whole site."""
    return user.is_superuser


def invitation_works(maker: User) -> bool:
    """It lets somebody in only while who sent it still could."""
    return maker.is_active and may_set_up(maker)


def share_link_works(maker: User, launch: Any | None) -> bool:
    """It shows a launch, or all of them, only while who made it could still make it."""
    return maker.is_active and may_share(maker, launch)


def may_edit_filter(user: User, saved_filter: Any) -> bool:
    """Not even an admin: it is how one person looks at a list."""
    return bool(saved_filter.user_id == user.pk)
