"""Choosing another blocker by typing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from launches.models import Blocker, Launch
from readiness.forms import VersionedForm
from readiness.models import User

NAMED = 4


class DependencyForm(VersionedForm):
    """The other end of a link: its title, its slug, or a part that only one title has."""

    WAITS, HOLDS = "waits", "holds"

    way = forms.ChoiceField(choices=[(WAITS, _("waits for")), (HOLDS, _("holds up"))])
    other = forms.CharField(max_length=200)

    def __init__(self, *args: Any, launch: Launch, user: User, about: Blocker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = launch.blockers.visible_to(user).exclude(pk=about.pk)
        self.rows = rows.select_related("launch", "cell__integration")

    def clean_other(self) -> Blocker:
        typed = self.cleaned_data["other"].casefold()
        rows = list(self.rows)
        for fits in (
            [row for row in rows if row.slug == typed],
            [row for row in rows if row.title.casefold() == typed],
            [row for row in rows if typed in row.title.casefold() and row.is_live],
        ):
            if len(fits) == 1:
                return fits[0]
            if fits:
                raise forms.ValidationError(_which(fits))
        raise forms.ValidationError(_("No other blocker of this launch has that name."))

    @property
    def problem(self) -> str:
        """What to say of what was typed; nothing when that is not what is wrong."""
        return " ".join(str(error) for error in self.errors.get("other", ()))


def _which(fits: Sequence[Blocker]) -> str:
    named = ", ".join(f"“{row.title}” ({row.slug})" for row in fits[:NAMED])
    if len(fits) <= NAMED:
        return _("Which one? %(named)s: type the name in brackets.") % {"named": named}
    told = {"named": named, "others": len(fits) - NAMED}
    return _("Which one? %(named)s and %(others)d more: type the name in brackets.") % told
