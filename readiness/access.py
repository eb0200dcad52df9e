"""Who may do what with regions, checklists, cells and checks, teams and accounts; the one place.

Everybody signed in reads everything. Writing follows from facts: an admin writes anything; a launch's lead
writes its region's cells; a member writes what their team owns; a viewer writes nothing.
Each function answers for one person and one row; `required()` turns a no into a 403. The rules of launches
are in `launches/access.py`.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from readiness.models import Integration, Item, Readiness, Region, Team, User


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
