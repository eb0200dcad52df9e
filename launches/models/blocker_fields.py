"""What there is to know of a blocker: its fields and the words for their values."""

from collections.abc import Callable

from django.db import models
from django.utils.translation import gettext_lazy as _

from launches.models.launch import Launch
from readiness.models import Change, Item, Readiness, Team, User, Versioned
from readiness.models.cell import Estimated
from readiness.models.history import Recorded


class NotPossible(Exception):
    """The step does not exist from the state the blocker is in."""


class BlockerFields(Recorded, Versioned, Estimated):
    """What is known of a blocker."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        OPEN = "open", _("open")
        IN_PROGRESS = "in_progress", _("in progress")
        WAIVED = "waived", _("waived")
        DEFERRED = "deferred", _("deferred")
        RESOLVED = "resolved", _("resolved")
        REJECTED = "rejected", _("rejected")

    OPEN_STATES = (State.OPEN, State.IN_PROGRESS)
    DECIDED = (State.WAIVED, State.DEFERRED)
    OVER = (State.RESOLVED, State.REJECTED)

    class Source(models.TextChoices):
        CELL = "cell", _("not ready")
        CHECK = "check", _("failing check")
        PERSON = "person", _("raised by a person")
        TRACKER = "tracker", _("outside tracker")

    FOLLOWING = (Source.CELL, Source.CHECK)

    class Severity(models.TextChoices):
        BLOCKS = "blocks", _("blocks")
        DEGRADES = "degrades", _("degrades")

    class Kind(models.TextChoices):
        INFRASTRUCTURE = "infrastructure", _("infrastructure")
        PROCESS = "internal_process", _("internal process")
        CUSTOMER = "customer_facing", _("customer-facing")

    class Certainty(models.TextChoices):
        KNOWN_KNOWN = "known_known", _("known known")
        KNOWN_UNKNOWN = "known_unknown", _("known unknown")
        UNKNOWN_UNKNOWN = "unknown_unknown", _("unknown unknown")

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="blockers")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.PERSON)
    cell = models.ForeignKey(Readiness, models.PROTECT, null=True, blank=True, related_name="blockers")
    item = models.ForeignKey(Item, models.SET_NULL, null=True, blank=True, related_name="blockers")
    severity = models.CharField(max_length=8, choices=Severity.choices, default=Severity.BLOCKS)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    certainty = models.CharField(max_length=16, choices=Certainty.choices, default=Certainty.KNOWN_KNOWN)
    state = models.CharField(max_length=11, choices=State.choices, default=State.OPEN)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="blockers")
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="owned_blockers")
    raised_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="raised_blockers")
    due = models.DateField(null=True, blank=True)
    spike_by = models.DateField(
        null=True, blank=True, help_text="By when somebody finds out what a known unknown really takes."
    )
    violates = models.CharField(
        max_length=300, blank=True, help_text="The requirement or criterion that it violates."
    )
    labels = models.JSONField(default=list, blank=True)
    links = models.JSONField(
        default=list, blank=True, help_text="Evidence: of each its `url`, and what it shows as `title`."
    )
    opened_at = models.DateTimeField(help_text="The first time: its age counts from there.")
    reopened_at = models.DateTimeField(null=True, blank=True, help_text="The last time it came back.")
    reopenings = models.PositiveSmallIntegerField(default=0, help_text="How often it came back.")
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    depends_on = models.ManyToManyField("self", symmetrical=False, related_name="holds_up", blank=True)

    # Of the blocker: sets values on its locked row, and tells them.
    move: Callable[..., Change]

    class Meta:
        abstract = True

    @property
    def is_outstanding(self) -> bool:
        return self.state in self.OPEN_STATES

    @property
    def is_live(self) -> bool:
        return self.state not in self.OVER

    @property
    def is_unclear(self) -> bool:
        """Whether somebody still has to find out what it takes."""
        return self.certainty == self.Certainty.KNOWN_UNKNOWN

    @property
    def follows(self) -> bool:
        """Whether it opens and resolves with the cell or the check it stands for, never by hand."""
        return self.source in self.FOLLOWING
