"""Go or no-go, by function, bound to what it approved."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from launches.models.blocker import Blocker
from launches.models.blocker_fields import NotPossible
from launches.models.decision import Deferral
from launches.models.fingerprint import fingerprint, is_in_the_way, is_worse
from launches.models.launch import Launch
from readiness.models import Author, Change, ChangeRequest, NeedsApproval, User, Versioned
from readiness.models.approval import Approvable, AtStake
from readiness.models.history import Recorded, differing, serialize

# Whom a launch usually asks.
USUAL = {
    "support": gettext_lazy("Support"),
    "sales": gettext_lazy("Sales"),
    "legal": gettext_lazy("Legal"),
    "marketing": gettext_lazy("Marketing"),
    "analytics": gettext_lazy("Analytics"),
    "research": gettext_lazy("Research and development"),
}
# By what a function can be concerned with some blockers only; each has the values of those.
CONCERNS = ("kinds", "teams", "integrations")
# Working days that a function usually takes to answer.
USUAL_LEAD = 2


def usual() -> dict[str, str]:
    """Their names by slug, in the language of the site: they are kept, and everybody reads them."""
    with override(settings.LANGUAGE_CODE):
        return {slug: str(name) for slug, name in USUAL.items()}


class SignOffQuerySet(models.QuerySet["SignOff"]):
    @transaction.atomic
    def added(self, launch: Launch, *, function: str, by: User, now: datetime, **facts: Any) -> "SignOff":
        """One more function says go or no-go to `launch`. Raises `NotPossible` when it does already."""
        # Two people who add the same one take turns.
        launch.locked()
        slug = slugify(function)[:50] or "function"
        if self.filter(models.Q(slug=slug) | models.Q(function__iexact=function), launch=launch).exists():
            raise NotPossible(_("%(function)s signs this launch already.") % {"function": function})
        row = self.create(launch=launch, slug=slug, function=function, **facts)
        row.noted("function added", Author(now, by), after=row.facts())
        return row

    @transaction.atomic
    def start_from(
        self, launch: Launch, functions: Iterable["SignOff"], *, by: User, now: datetime
    ) -> list["SignOff"]:
        """Add those of `functions` that `launch` does not have yet, with who signs for them.

        Where that is who adds them, somebody else names a signer: nobody names themselves.
        """
        launch.locked()
        taken = set(self.filter(launch=launch).values_list("slug", flat=True))
        added = [
            self.create(
                launch=launch,
                slug=one.slug,
                function=one.function,
                signer=None if one.signer == by else one.signer,
                lead_days=one.lead_days,
                is_required=one.is_required,
                concerns=one.concerns,
            )
            for one in functions
            if one.slug not in taken
        ]
        for row in added:
            row.noted("function added", Author(now, by), after=row.facts())
        return added


class SignOff(Approvable, Recorded, Versioned):
    """What one function (support, sales, legal, …) says about one launch.

    `fingerprint` is what it approved: the state of each live blocker by its slug, and whether it only
    degrades the launch. It goes stale when something that it looks at blocks the launch that did not: what
    only degrades it, or is proposed, does not, and getting better does not void it. What an advisory one says
    is shown, and holds nothing back.
    """

    class Decision(models.TextChoices):
        GO = "go", gettext_lazy("go")
        CONDITIONAL = "conditional", gettext_lazy("conditional go")
        NO_GO = "no_go", gettext_lazy("no-go")

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="sign_offs")
    slug = models.SlugField()
    function = models.CharField(max_length=60)
    signer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="sign_offs")
    decision = models.CharField(max_length=11, choices=Decision.choices, blank=True)
    note = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.JSONField(default=dict, blank=True)
    is_required = models.BooleanField(gettext_lazy("the launch waits for it"), default=True)
    lead_days = models.PositiveSmallIntegerField(
        gettext_lazy("working days to answer"),
        default=USUAL_LEAD,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    concerns = models.JSONField(
        default=dict, blank=True, help_text="Which blockers make its answer stale: by `CONCERNS`, or all."
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)

    objects = SignOffQuerySet.as_manager()

    by_verbs = "decision note decided_by decided_at fingerprint asked_by asked_at"
    changed_by_verbs = "function signer is_required lead_days concerns"

    # What `concerns` names are called, filled by the page that shows it.
    concerned: Sequence[str] = ()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["launch", "slug"], name="sign_off_per_function")]

    def __str__(self) -> str:
        return f"{self.function} on {self.launch.name}"

    def get_absolute_url(self) -> str:
        return reverse("sign-off", args=[self.launch.slug, self.slug])

    @transaction.atomic
    def decide(
        self,
        decision: str,
        *,
        by: User | None,
        now: datetime,
        note: str = "",
        version: int | None = None,
        approved: Mapping[str, str] | None = None,
        author: Author | None = None,
    ) -> Change:
        """Say go, conditional go or no-go to the launch as it stands, or as it was `approved` then, where an
        `author` tells of it later. Raises `Conflict`."""
        row = self.locked(version)
        before = {"decision": row.decision}
        known = fingerprint(row.launch.blockers.live()) if approved is None else approved
        row.put(decision=decision, note=note, decided_by=by, decided_at=now, fingerprint=known)
        author, after = author or Author(now, by), {"decision": decision}
        return row.noted("signed off", author, before=before, after=after, note=note)

    @transaction.atomic
    def ask(
        self, *, by: User | None, now: datetime, version: int | None = None, author: Author | None = None
    ) -> Change:
        """Ask its signer for an answer; who asks does not give it. Raises `Conflict`, and `NotPossible`
        unless an `author` tells of it later, when somebody else may sign."""
        row = self.locked(version)
        if row.signer is None and not author:
            raise NotPossible(_("Nobody is named who signs for %(function)s.") % {"function": row.function})
        if row.signer == by and not author:
            raise NotPossible(
                _("You sign for %(function)s yourself: there is nobody to ask.") % {"function": row.function}
            )
        row.put(asked_by=by, asked_at=now)
        return row.noted(
            "sign-off requested", author or Author(now, by), after={"signer": serialize(row.signer)}
        )

    @transaction.atomic
    def amend(
        self,
        *,
        by: User | None,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
        author: Author | None = None,
        **values: Any,
    ) -> Change | None:
        """Change its signer, its lead time, or whether the launch waits for it.

        Raises `Conflict`, and `NeedsApproval` where the launch is not to wait for it any more while something
        blocks it, unless that is `approved`.
        """
        row = self.locked(version)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return None
        if changed.get("is_required") is False and not approved and (blockers := row.stands_on()):
            wanted = {"is_required": False}
            raise NeedsApproval(row, "amend", wanted, {"is_required": True}, blockers)
        before, after = differing(
            {name: serialize(getattr(row, name)) for name in changed},
            {name: serialize(value) for name, value in changed.items()},
        )
        row.put(**changed)
        author = author or Author(now, by, approved=approved)
        return row.noted("function changed", author, before=before, after=after)

    @transaction.atomic
    def remove(
        self, *, by: User, now: datetime, version: int | None = None, approved: ChangeRequest | None = None
    ) -> Change:
        """It does not sign this launch; the history keeps that it was to. Raises `Conflict`, `NotPossible`
        once it has answered, or when a deferral counts on it, and `NeedsApproval` while something blocks
        the launch that waits for it, unless it is `approved`."""
        # Before the row: whoever approves one of them has locked that first, too.
        ChangeRequest.objects.close_about(self, by=by, now=now)
        row = self.locked(version)
        if row.decision:
            raise NotPossible(
                _("%(function)s has answered: that stays. Make it advisory instead.")
                % {"function": row.function}
            )
        if Deferral.objects.filter(blocker__launch=row.launch, acknowledgements__has_key=row.slug).exists():
            raise NotPossible(
                _("A deferral needs %(function)s to acknowledge it.") % {"function": row.function}
            )
        if not approved and (blockers := row.stands_on()):
            raise NeedsApproval(row, "remove", {}, {}, blockers)
        noted = row.noted(
            "function removed", Author(now, by, approved=approved), before=row.facts(), after={}
        )
        row.delete()
        return noted

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """The launch that waits for it: with its blockers it is one gate less to pass."""
        return AtStake(launch=self.launch_id if self.is_required and not self.launch.launched_at else None)

    def cells_behind(self) -> list[int]:
        return []

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.launch.region_id

    def facts(self) -> dict[str, Any]:
        """Who signs, and what waits for it, as history keeps it."""
        return {
            name: serialize(getattr(self, name))
            for name in ("function", "signer", "is_required", "lead_days", "concerns")
        }

    def looks_at(self, blocker: Blocker) -> bool:
        """Whether it has to answer anew because of that one; it comes with its team and integration."""
        if not any(self.concerns.values()):
            return True
        integration = blocker.cell.integration.slug if blocker.cell else ""
        team = blocker.team.slug if blocker.team else ""
        told = {"kinds": blocker.kind, "teams": team, "integrations": integration}
        return any(told[name] in self.concerns.get(name, ()) for name in CONCERNS)

    def seen_of(self, blockers: Iterable[Blocker]) -> dict[str, str]:
        """The fingerprint of those of `blockers` that it looks at: `is_valid` and `differences` go by it."""
        return fingerprint([row for row in blockers if self.looks_at(row)])

    def goes_stale_over(self, blockers: Iterable[Blocker]) -> bool:
        """Whether a go would not hold once these block; those that did when it was given are known to it."""
        approved = self.fingerprint
        return any(self.looks_at(row) and not is_in_the_way(approved.get(row.slug, "")) for row in blockers)

    def differences(self, current: Mapping[str, str]) -> list[str]:
        """The blockers (slugs) that block and did not when it was given; `current` as `seen_of()` has it."""
        if not self.decision:
            return []
        approved = self.fingerprint
        return [slug for slug, now in current.items() if is_worse(approved.get(slug, ""), now)]

    def is_valid(self, current: Mapping[str, str]) -> bool:
        return self.decision in (self.Decision.GO, self.Decision.CONDITIONAL) and not self.differences(
            current
        )
