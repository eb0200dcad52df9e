"""Who says go to each launch: added, asked and answering as people do it."""

from collections import defaultdict
from typing import Any

from launches.models import Blocker, SignOff
from launches.models.fingerprint import fingerprint
from launches.plan import schema
from launches.plan.catalogue import Catalogue, in_words
from launches.plan.launches import Launches
from launches.plan.rows import Loading, Values, news, upsert

Key = tuple[str, str]


def put_sign_offs(loading: Loading, plan: schema.PlanFile, launches: Launches, catalogue: Catalogue) -> None:
    """Last of all: an answer is bound to the blockers as they are once everything is settled."""
    said = {
        (slug, name): sign_off
        for slug, launch in plan.launches.items()
        for name, sign_off in launch.sign_offs.items()
    }
    rows = _found(launches, said)
    wanted: dict[Key, Values] = {}
    acts: dict[Key, list[str]] = {}
    asked: dict[Key, Values] = {}
    answers: dict[Key, Values] = {}
    approved = _as_now(launches, {slug for slug, _name in said})
    for key, each in said.items():
        row = rows[key]
        facts = news(row, _function(row, each, catalogue))
        asked[key] = news(row, _asked(each, catalogue))
        answers[key] = news(row, _answer(loading, row, each, catalogue, approved[key[0]]))
        wanted[key] = facts if row.pk is None else {}
        amended = _amended(loading, row, facts) if row.pk and facts else []
        acts[key] = [*amended, *asked[key], *answers[key]]
    upsert(loading, "sign-offs", rows, wanted, beside=acts, born=SignOff.facts, verbs=_verb)
    for key, row in rows.items():
        _tell(loading, row, asked.get(key, {}), answers.get(key, {}))


def _as_now(launches: Launches, slugs: set[str]) -> dict[str, dict[str, str]]:
    """What an answer of today is bound to, by launch; one query."""
    keys = {launches[slug].pk: slug for slug in slugs}
    live = defaultdict(list)
    for blocker in Blocker.objects.live().filter(launch__in=keys):
        live[keys[blocker.launch_id]].append(blocker)
    return {slug: fingerprint(live[slug]) for slug in slugs}


def _amended(loading: Loading, row: SignOff, facts: Values) -> list[str]:
    def amend(values: Values) -> Any:
        return row.amend(by=loading.by, now=loading.now, author=loading.author, **values)

    return loading.amend(row, amend, facts, ("is_required",))


def _verb(_row: SignOff, verb: str) -> str:
    return "function added" if verb == "created" else "function changed"


def _found(launches: Launches, said: dict[Key, schema.SignOffEntry]) -> dict[Key, SignOff]:
    by_key = {launches[slug].pk: slug for slug, _name in said}
    found = SignOff._base_manager.filter(launch__in=by_key).order_by("pk")
    there = found.select_related("signer", "decided_by", "asked_by").select_for_update(of=("self",))
    rows = {(by_key[row.launch_id], row.slug): row for row in there}
    for key in said:
        row = rows.setdefault(key, SignOff(slug=key[1]))
        row.launch = launches[key[0]]
    return {key: rows[key] for key in said}


def _function(row: SignOff, sign_off: schema.SignOffEntry, catalogue: Catalogue) -> dict[str, Any]:
    given = sign_off.model_fields_set
    values: dict[str, Any] = {"function": in_words(row.slug)} if row.pk is None else {}
    values |= sign_off.given("function", "lead_days")
    if "required" in given:
        values["is_required"] = sign_off.required
    if "concerns" in given:
        values["concerns"] = {name: sorted(found) for name, found in sign_off.concerns if found}
    if "signer" in given:
        values["signer"] = catalogue.person(sign_off.signer)
    return values


def _asked(sign_off: schema.SignOffEntry, catalogue: Catalogue) -> dict[str, Any]:
    """Who asked for the answer, and when."""
    values: dict[str, Any] = {}
    if sign_off.asked_by is not None:
        values["asked_by"] = catalogue.person(sign_off.asked_by)
    if sign_off.asked_on is not None:
        values["asked_at"] = sign_off.asked_on
    return values


def _answer(
    loading: Loading, row: SignOff, said: schema.SignOffEntry, catalogue: Catalogue, approved: dict[str, str]
) -> dict[str, Any]:
    """What is said of the launch. An answer stays: a file that has none does not take it back."""
    if said.decision is None:
        return {}
    given = said.model_fields_set
    values: dict[str, Any] = {"decision": said.decision} | said.given("note")
    if said.decision != row.decision:
        by = catalogue.person(said.signer) or row.signer or loading.by
        values |= {"decided_by": by, "decided_at": loading.now, "fingerprint": approved}
    if "by" in given:
        values["decided_by"] = catalogue.person(said.by)
    if said.on is not None:
        values["decided_at"] = said.on
    if "approved" in given:
        values["fingerprint"] = said.approved
    return values


def _tell(loading: Loading, row: SignOff, asked: Values, answer: Values) -> None:
    if asked:
        by, at = (asked.get(name, getattr(row, name)) for name in ("asked_by", "asked_at"))
        row.ask(by=by, now=at or loading.now, author=loading.author)
    if answer:
        told = {name: answer.get(name, getattr(row, name)) for name in _ANSWER}
        row.decide(
            told["decision"],
            by=told["decided_by"],
            now=told["decided_at"],
            note=told["note"],
            approved=told["fingerprint"],
            author=loading.author,
        )


_ANSWER = ("decision", "decided_by", "decided_at", "note", "fingerprint")
