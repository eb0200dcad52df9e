"""A region opening at a stage, by a date."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from launches.models.target_move import TargetMove, TargetStep
from readiness.language.phrase import as_phrase
from readiness.models import (
    Author,
    Change,
    ChangeRequest,
    Conflict,
    Integration,
    NeedsApproval,
    Origin,
    Readiness,
    Region,
    Requirement,
    User,
    Versioned,
)
from readiness.models.approval import Approvable, AtStake
from readiness.models.history import Recorded, serialize
from readiness.state import Importance


class LaunchQuerySet(models.QuerySet["Launch"]):
    def visible_to(self, user: User) -> Self:
        return self if user.is_active else self.none()

    def active(self) -> Self:
        """Those still ahead: only their blockers are settled."""
        return self.filter(launched_at__isnull=True)

    def soonest_first(self) -> Self:
        return self.order_by(models.F("launched_at").asc(nulls_first=True), "target", "pk")

    def move_targets(
        self, wanted: "Mapping[Launch, date]", steps: "Iterable[TargetStep]", author: Author
    ) -> list[Change]:
        """Move the dates of these locked launches, and keep the steps of targets: one for each move, of which
        `steps` may know more."""
        told = list(steps)
        for launch, target in wanted.items():
            if all((step.launch, step.after) != (launch, target) for step in told):
                told.append(TargetStep(launch, launch.target, target, author.by, author.now))
            launch.put(target=target)
        return TargetMove.objects.told(told, author)


class Launch(Approvable, Recorded, Versioned):
    class Stage(models.TextChoices):
        BETA = "beta", _("beta")
        GENERAL = "general_availability", _("general availability")

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, models.PROTECT, related_name="launches")
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.GENERAL)
    lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="led_launches")
    members = models.ManyToManyField(User, related_name="launches", blank=True)
    target = models.DateField()
    baseline = models.DateField(help_text=_("The first target; what comes up later was not foreseen."))
    confidence_goal = models.PositiveSmallIntegerField(
        default=85,
        validators=[MinValueValidator(50), MaxValueValidator(99)],
        help_text=_("In percent: how sure we want to be of the target to call it on track."),
    )
    scope_all = models.BooleanField(_("everything the region needs"), default=True)
    scope = models.ManyToManyField(Integration, related_name="launches", blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)

    objects = LaunchQuerySet.as_manager()

    by_verbs = "launched_at"
    changed_by_verbs = "target region scope scope_all"

    class Meta:
        ordering = ["target", "pk"]
        verbose_name_plural = "launches"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("launch", args=[self.slug])

    @property
    def names_stage(self) -> bool:
        """Whether its name says the stage already."""
        label = self.Stage(self.stage).label
        return any(word in self.name for word in (str(label), as_phrase(label).text))

    def checklist(self) -> models.QuerySet[Readiness]:
        """The must-have cells in scope: what has to be ready."""
        cells = Readiness.objects.filter(region=self.region_id, importance=Importance.MUST)
        return cells if self.scope_all else cells.filter(integration__launches=self)

    def criteria(self) -> list[str]:
        """What its checklists ask for, each as a blocker names what it violates: `WhatsApp: Health`."""
        lines = Requirement.objects.filter(integration__cells__in=self.checklist()).distinct()
        names = lines.order_by("integration__name", "position", "pk").values_list(
            "integration__name", "title"
        )
        return [f"{integration}: {title}" for integration, title in names]

    @transaction.atomic
    def move_target(
        self, target: date, *, reason: str, by: User, now: datetime, version: int | None = None
    ) -> Change | None:
        """Move the date, keep the old one with the reason. Raises `Conflict`; `ValueError` without reason."""
        launch = self.locked(version)
        if target == launch.target:
            return None
        if not reason.strip():
            raise ValueError("A moved date needs a reason.")
        (row,) = Launch.objects.move_targets({launch: target}, [], Author(now, by, note=reason.strip()))
        return row

    @transaction.atomic
    def set_scope(
        self,
        scope: Collection[str] | None,
        *,
        by: User | None,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """What has to be ready for it: integrations by slug, or `None` for everything the region needs.

        Raises `Conflict`, and `NeedsApproval` where a blocker goes out of scope, unless it is `approved`.
        """
        launch = self.locked(version)
        found, wanted = launch.in_scope(), None if scope is None else sorted(set(scope))
        if found == wanted:
            return None
        if not approved and (blockers := launch.stands_on("set_scope", {"scope": wanted})):
            raise NeedsApproval(launch, "set_scope", {"scope": wanted}, {"scope": found}, blockers)
        before = launch._scope_told()
        launch.put(scope_all=wanted is None)
        launch.scope.set(Integration.objects.filter(slug__in=wanted or ()))
        author = Author(now, by, None if by else Origin.PLAN, approved=approved)
        return launch.noted("scope set", author, before, launch._scope_told())

    @transaction.atomic
    def set_region(
        self,
        region: str,
        *,
        by: User | None,
        now: datetime,
        version: int | None = None,
        approved: ChangeRequest | None = None,
    ) -> Change | None:
        """It opens another region, by slug; what blocks it in the one that it leaves goes with that.

        Raises `Conflict`, and `NeedsApproval` where a blocker stands there, unless it is `approved`.
        """
        launch = self.locked(version)
        before, wanted = launch.region.slug, {"region": region}
        if before == region:
            return None
        if not approved and (blockers := launch.stands_on("set_region", wanted)):
            raise NeedsApproval(launch, "set_region", wanted, {"region": before}, blockers)
        old = serialize(launch.region)
        launch.put(region=Region.objects.get(slug=region))
        author = Author(now, by, None if by else Origin.PLAN, approved=approved)
        return launch.noted("changed", author, {"region": old}, {"region": serialize(launch.region)})

    def in_scope(self) -> list[str] | None:
        return None if self.scope_all else sorted(self.scope.values_list("slug", flat=True))

    def _scope_told(self) -> dict[str, Any]:
        return {"scope_all": self.scope_all, "scope": sorted(map(serialize, self.scope.all()), key=str)}

    def at_stake(self, verb: str, arguments: Mapping[str, Any]) -> AtStake:
        """What a scope, or another region, leaves out; once it is launched none goes."""
        scope = () if verb == "set_region" else arguments["scope"]
        if scope is None or self.launched_at:
            return AtStake()
        region = self.region_id
        return AtStake(
            launch=self.pk,
            takes=lambda row: row.follows and row.place == region and row.integration not in scope,
        )

    def cells_behind(self) -> list[int]:
        return list(Readiness.objects.filter(region=self.region_id).values_list("pk", flat=True))

    def placed(self) -> tuple[int | None, int | None]:
        return None, self.region_id

    @transaction.atomic
    def go_live(
        self,
        *,
        by: User | None,
        now: datetime,
        reason: str = "",
        version: int | None = None,
        origin: Origin | None = None,
        at: datetime | None = None,
        opens: bool = True,
    ) -> Change:
        """It is launched. Without a recorded GO it takes a `reason`. A file tells when, `at`, and whether
        that `opens` its region.

        Raises `Conflict`, also when it is live already, and `ValueError` without GO and reason.
        """
        launch = self.locked(version)
        if launch.launched_at:
            raise Conflict(launch)
        if not reason.strip() and not launch.go_records.in_force().exists():
            raise ValueError("Without a GO it takes a reason to launch.")
        launch.put(launched_at=at or now)
        if launch.stage == self.Stage.GENERAL and opens:
            launch.region.open(by=by, now=now, origin=origin)
        after = {"launched_at": serialize(launch.launched_at)}
        author = Author(now, by, origin)
        return launch.noted("went live", author, {"launched_at": None}, after, note=reason.strip())
