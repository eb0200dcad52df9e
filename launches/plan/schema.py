"""The plan file's shape: one class per thing. `docs/plan-file.schema.json` is made from it."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
)

from launches.evidence import LONGEST_TITLE, MOST_LINKS
from launches.plan.checklist_schema import (
    CellEntry,
    CheckEntry,
    CheckStateEntry,
    Entry,
    IntegrationEntry,
    ItemEntry,
    RequirementEntry,
)
from launches.plan.fields import (
    WEEKDAYS,
    ApprovedState,
    BlockerSlug,
    BlockerState,
    Day,
    Email,
    Estimate,
    IssueAddress,
    Kind,
    Labels,
    Moment,
    Name,
    Reason,
    Slug,
    Text,
    Title,
    UserName,
    WebAddress,
    Weekday,
    apart,
    calendar_code,
    emptied,
    integrations_in_scope,
    line_of,
    one_line,
    timezone_name,
    whole_week,
)
from launches.plan.restored_schema import ChangeRequestEntry, ForecastEntry, IssueStateEntry
from launches.trackers import MOST_ISSUES
from readiness.models.team import LEAST_SHARE


class PersonEntry(Entry):
    """Somebody who owns, signs or approves. The key is the user name."""

    name: Annotated[str, line_of(300)] = ""
    email: Email = ""
    closed: bool = Field(False, description="Whether a new account is closed: what it owns is nobody's.")


class TeamEntry(Entry):
    """Owns integrations and blockers."""

    name: Name = Field("", description="Defaults to the slug in words.")
    email: Email = Field("", description="Where notices go.")
    parallel_work: int = Field(1, ge=1, le=50, description="How many blockers it works on at once.")
    week: Annotated[list[Weekday], AfterValidator(whole_week)] = Field(
        list(WEEKDAYS), description="The days it works on; at least one."
    )
    paced: Day | None = Field(None, description="Since when it works on these days, of that share.")
    share: int = Field(100, ge=LEAST_SHARE, le=100, description="Of each of these days, in percent.")
    members: list[UserName] = Field([], description="User names.")


class FreezeEntry(Entry):
    """Days in which nothing may be changed in a region, so that no work there gets done."""

    first: Day
    last: Day = Field(description="Included.")
    reason: Annotated[str, line_of(200, 1)]


class RegionEntry(Entry):
    """Where customers' data is hosted."""

    name: Name = Field("", description="Defaults to the slug in words.")
    jurisdiction: Annotated[str, line_of(100)] = ""
    provider: Annotated[str, line_of(50)] = ""
    provider_code: Annotated[str, line_of(50)] = Field(
        "", description="As the provider writes it: eu-west-1."
    )
    domain: Annotated[str, line_of(253)] = Field("", description="What checks put for {region.domain}.")
    timezone: Annotated[str, AfterValidator(timezone_name)] = "UTC"
    holiday_calendar: Annotated[str, AfterValidator(calendar_code)] = Field(
        "", description="ISO code of a country or a part of it, such as IE or DE-BY."
    )
    freezes: Annotated[list[FreezeEntry], AfterValidator(apart)] = Field(
        [], description="When nothing may be changed."
    )
    modelled_on: Slug | None = Field(None, description="Another region.")
    state: Literal["planned", "building", "live"] = "planned"


class TargetMoveEntry(Entry):
    """A step of the target."""

    on: Moment
    from_: Day = Field(alias="from")
    to: Day
    reason: Reason
    by: UserName | None = None


class ConcernsEntry(Entry):
    """Which blockers a function looks at; none named are all."""

    kinds: list[Kind] = []
    teams: list[Slug] = []
    integrations: list[Slug] = []


class SignOffEntry(Entry):
    """What one function says about the launch."""

    function: Annotated[str, line_of(60, 1)] = Field("", description="Defaults to the slug in words.")
    signer: UserName | None = None
    required: bool = Field(True, description="Whether the launch waits for it; otherwise it is advice.")
    lead_days: int = Field(2, ge=1, le=60, description="Working days that it usually takes to answer.")
    concerns: ConcernsEntry = Field(ConcernsEntry(), description="Only such blockers make its answer stale.")
    asked_by: UserName | None = Field(None, description="Who asked for it; they do not answer.")
    asked_on: Moment | None = None
    decision: Literal["go", "conditional", "no_go"] | None = None
    by: UserName | None = Field(None, description="Who decided; defaults to the signer.")
    on: Moment | None = None
    note: Text = ""
    approved: dict[BlockerSlug, ApprovedState] = Field(
        {}, description="The live blockers it approved; defaults to those at the time of loading."
    )


class DecisionEntry(Entry):
    """Launch without it. Who asks never approves."""

    reason: Reason
    requested_by: UserName | None = None
    approved_by: UserName | None = None
    on: Moment | None = Field(None, description="When it was asked for; defaults to today.")
    approved_on: Moment | None = Field(None, description="Defaults to the day it was asked for.")
    expires: Day | None = Field(None, description="The last day on which it holds.")
    warned: Day | None = Field(None, description="The last day that people were warned of.")
    recommendation: Text = Field("", description="Of whoever asks.")


class AcknowledgementEntry(Entry):
    """That the signer of a function knows of a deferral. Empty: has to say so yet."""

    by: UserName | None = None
    on: Moment | None = Field(None, description="Defaults to today.")


class DeferralEntry(DecisionEntry):
    """Fill it after the launch."""

    fill_by: Day
    workaround: Text = Field("", description="How people manage until then.")
    customer_wording: Text = Field("", description="What customers are told.")
    acknowledgements: Annotated[dict[Slug, AcknowledgementEntry], BeforeValidator(emptied)] = Field(
        {}, description="By sign-off of the launch: the functions that have to know of it."
    )


class LinkEntry(Entry):
    """Evidence, by its address."""

    url: WebAddress
    title: Annotated[str, line_of(LONGEST_TITLE), AfterValidator(one_line)] = Field(
        "", description="What it shows; defaults to the host."
    )


class BlockerEntry(Entry):
    """Anything between today and the launch."""

    title: Title = Field("", description="Defaults to the slug in words.")
    description: Text = ""
    integration: Slug | None = Field(None, description="Alone: this is the blocker of that cell.")
    requirement: Slug | None = Field(None, description="With integration: the blocker of that item.")
    source: Literal["cell", "check", "person", "tracker"] = Field(
        "person", description="Follows from integration and requirement when left out."
    )
    kind: Kind = Field("internal_process", description="Defaults to the integration's.")
    certainty: Literal["known_known", "known_unknown", "unknown_unknown"] = "known_known"
    severity: Literal["blocks", "degrades"] = "blocks"
    state: BlockerState = "open"
    reason: Text = Field(
        "", description="Why a proposal is rejected, or the criterion that it does not meet."
    )
    team: Slug | None = None
    owner: UserName | None = None
    raised_by: UserName | None = None
    estimate: Estimate | None = None
    due: Day | None = None
    spike_by: Day | None = Field(None, description="By when a known unknown is found out.")
    violates: Annotated[str, line_of(300)] = Field("", description="The requirement or criterion.")
    labels: Labels = Field([], description="In lower case, each once.")
    links: Annotated[list[LinkEntry], Field(max_length=MOST_LINKS)] = Field([], description="Evidence.")
    issues: Annotated[list[IssueAddress], Field(max_length=MOST_ISSUES)] = Field(
        [], description="Addresses of issues on GitHub, GitLab or Jira that it follows."
    )
    heard: Annotated[dict[IssueAddress, IssueStateEntry], BeforeValidator(emptied)] = Field(
        {}, description="What was heard of these issues."
    )
    opened: Moment | None = Field(None, description="Defaults to today.")
    reopened: Moment | None = Field(None, description="The last time it came back.")
    reopenings: int = Field(0, ge=0, le=32767, description="How often it came back.")
    started: Moment | None = None
    closed: Moment | None = None
    depends_on: list[BlockerSlug] = Field([], description="Blockers of the same launch.")
    waiver: DecisionEntry | None = None
    deferral: DeferralEntry | None = None


class LaunchEntry(Entry):
    """A region opening at a stage, by a date."""

    name: Name = Field("", description="Defaults to the slug in words.")
    region: Slug = Field("", description="Needed when the launch is new.")
    stage: Literal["beta", "general_availability"] = "general_availability"
    lead: UserName | None = None
    members: list[UserName] = []
    target: Day | None = Field(None, description="Needed when the launch is new.")
    baseline: Day | None = Field(None, description="The first target; defaults to it.")
    confidence_goal: int = Field(85, ge=50, le=99, description="In percent.")
    scope: Annotated[
        Literal["all"] | list[Slug],
        BeforeValidator(integrations_in_scope),
    ] = Field("all", description="all that the region must have, or these integrations.")
    launched: Moment | None = Field(None, description="The day, of one that is over.")
    moves: list[TargetMoveEntry] = Field([], description="The steps of the target, oldest first.")
    sign_offs: Annotated[dict[Slug, SignOffEntry], BeforeValidator(emptied)] = {}
    blockers: Annotated[dict[BlockerSlug, BlockerEntry], BeforeValidator(emptied)] = {}
    forecasts: list[ForecastEntry] = Field([], description="Of a launch that is over, day by day.")


class PlanFile(Entry):
    """Who, what, where and by when."""

    people: Annotated[dict[UserName, PersonEntry], BeforeValidator(emptied)] = {}
    teams: Annotated[dict[Slug, TeamEntry], BeforeValidator(emptied)] = {}
    regions: Annotated[dict[Slug, RegionEntry], BeforeValidator(emptied)] = {}
    integrations: Annotated[dict[Slug, IntegrationEntry], BeforeValidator(emptied)] = {}
    cells: Annotated[
        dict[Slug, Annotated[dict[Slug, CellEntry], BeforeValidator(emptied)]], BeforeValidator(emptied)
    ] = Field({}, description="By region, then by integration.")
    launches: Annotated[dict[Slug, LaunchEntry], BeforeValidator(emptied)] = {}
    requests: list[ChangeRequestEntry] = Field([], description="What waits for somebody's approval.")


__all__ = [
    "AcknowledgementEntry",
    "BlockerEntry",
    "CellEntry",
    "ChangeRequestEntry",
    "CheckEntry",
    "CheckStateEntry",
    "DecisionEntry",
    "DeferralEntry",
    "Entry",
    "ForecastEntry",
    "FreezeEntry",
    "IntegrationEntry",
    "IssueStateEntry",
    "ItemEntry",
    "LaunchEntry",
    "LinkEntry",
    "PersonEntry",
    "PlanFile",
    "RegionEntry",
    "RequirementEntry",
    "SignOffEntry",
    "TargetMoveEntry",
    "TeamEntry",
]
