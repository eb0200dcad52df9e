"""What waits for somebody's approval: in a dump, and asked for again where it is loaded."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from launches.models import Blocker, Launch, NotPossible, SignOff
from launches.plan import schema
from launches.plan.catalogue import Catalogue
from launches.plan.rows import Loading
from launches.plan.yaml_format import Tree, YamlLine, given, moment, person, text
from readiness.models import ChangeRequest, NeedsApproval, Readiness, Region, Requirement, User

# By what a file calls it: the model, how its rows are found, and the verbs that can take two people.
SUBJECTS: Mapping[str, tuple[type[models.Model], tuple[str, ...], tuple[str, ...]]] = {
    "cell": (Readiness, ("region__slug", "integration__slug"), ("declare", "set_importance")),
    "requirement": (Requirement, ("integration__slug", "slug"), ("amend", "remove")),
    "region": (Region, ("slug",), ("amend",)),
    "launch": (Launch, ("slug",), ("set_scope", "set_region")),
    "sign_off": (SignOff, ("launch__slug", "slug"), ("amend", "remove")),
    "blocker": (Blocker, ("launch__slug", "slug"), ("fill",)),
}


def requests_told() -> list[Tree]:
    """Those that nobody has answered; of what is gone there is nothing to ask."""
    asked = ChangeRequest.objects.open().filter(requested_by__isnull=False)
    found = asked.select_related("requested_by", "content_type").order_by("pk")
    return [_request(row, about) for row in found if (about := _about(row))]


def _request(row: ChangeRequest, about: str) -> Tree:
    facts = {"about": about, "verb": row.verb, "reason": text(row.reason), "on": moment(row.requested_at)}
    told = {
        "by": person(row.requested_by),
        "arguments": YamlLine(row.arguments),
        "before": YamlLine(row.before),
    }
    return given(facts | told)


def _about(row: ChangeRequest) -> str:
    for kind, (model, path, _verbs) in SUBJECTS.items():
        if row.content_type.model_class() is model:
            found = model._base_manager.filter(pk=row.object_id).values_list(*path).first()
            return "/".join((kind, *found)) if found else ""
    return ""


def ask_again(loading: Loading, plan: schema.PlanFile, catalogue: Catalogue) -> None:
    """Ask for what the file says was asked for, unless that is open. Raises `NotPossible`."""
    for said in plan.requests:
        kind, *slugs = said.about.split("/")
        model, path, verbs = SUBJECTS.get(kind, (None, (), ()))
        subject: Any = None
        if model is not None and len(slugs) == len(path) and said.verb in verbs:
            subject = model._base_manager.filter(**dict(zip(path, slugs, strict=True))).first()
        if subject is None:
            raise NotPossible(f"requests: expected something to {said.verb}, got “{said.about}”")
        if ChangeRequest.objects.open().about(subject).filter(verb=said.verb).exists():
            loading.report.unchanged("requests")
            continue
        by = catalogue.people[said.by]
        needed = _needed(subject, said, by, loading)
        ChangeRequest.objects.ask(needed, by=by, now=said.on, reason=said.reason, author=loading.author)
        loading.report.created("requests", f"{subject} ({said.verb})")


def _needed(subject: Any, said: schema.ChangeRequestEntry, by: User, loading: Loading) -> NeedsApproval:
    """What the verb itself says of it: it is tried, and nothing of that is kept."""
    stands: list[Any] = []
    try:
        with transaction.atomic():
            getattr(subject, said.verb)(**said.arguments, by=by, now=loading.now)
            transaction.set_rollback(True)
    except NeedsApproval as needed:
        stands = needed.blockers
    except Exception as problem:
        what = f"{said.verb} with {said.arguments}"
        raise NotPossible(f"requests: expected what {said.about} can be asked, got {what}") from problem
    return NeedsApproval(subject, said.verb, said.arguments, said.before, stands)
