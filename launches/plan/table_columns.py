"""What the columns of a matrix are called, and how its states are written, in English and in French."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readiness.sheets.words import guessed_columns, plain
from readiness.state import CellState, Importance

COLUMNS = ("region", "integration", "state", "importance", "team")
REQUIRED = COLUMNS[:2]
_CALLED = {
    "region": "region regions country countries market markets location site zone geography "
    "pays marche marches emplacement",
    "integration": "integration integrations service services system systems application applications app "
    "apps tool tools product products feature features systeme systemes logiciel produit produits outil",
    "state": "state states status readiness ready available availability supported etat statut "
    "disponibilite disponible pret prete",
    "importance": "importance priority criticality priorite criticite",
    "team": "team teams squad group department equipe groupe departement",
}
_COLUMN_OF = {word: column for column, words in _CALLED.items() for word in words.split()}
# Before a word of a state these say that the column tells of something else: the contrary, or another time.
_OTHERWISE = (
    "not no non pas sans without previous former old before target planned expected "
    "precedent ancien avant cible prevu prevue"
)

_STATES = {
    CellState.READY: "ready/yes/y/true/1/done/complete/completed/available/ga/generally available/"
    "general availability/live/supported/in production/production/enabled/active/launched/"
    "ready by declaration/"
    "pret/prete/oui/o/vrai/fait/termine/disponible/en production/actif/active/pris en charge/"
    "pret sur declaration",
    CellState.IN_PROGRESS: "in progress/wip/work in progress/started/ongoing/partial/partially/beta/preview/"
    "public preview/private preview/limited/en cours/commence/partiel/partielle/apercu/limite",
    CellState.NOT_STARTED: "not started/no/n/false/0/none/missing/todo/to do/planned/not ready/not available/"
    "unavailable/unsupported/not supported/not planned/coming soon/roadmap/disabled/"
    "non commence/non/faux/aucun/absent/a faire/prevu/prevue/planifie/pas pret/pas prete/"
    "non disponible/indisponible/non pris en charge/pas commence/non demarre",
}
STATES: Mapping[str, str] = {
    word: state.value for state, words in _STATES.items() for word in words.split("/")
} | {"✓": "ready", "✔": "ready", "✅": "ready", "✗": "not_started", "✘": "not_started", "❌": "not_started"}
# It is for the checks to say; a list cannot make it so, and what is there keeps its state.
NOT_SAID = ("", "-", "–", "—", "regressed", "fell back", "en recul", "regresse")
IMPORTANCES = {
    "must have": Importance.MUST.value,
    "must": Importance.MUST.value,
    "required": Importance.MUST.value,
    "indispensable": Importance.MUST.value,
    "obligatoire": Importance.MUST.value,
    "nice to have": Importance.NICE.value,
    "nice": Importance.NICE.value,
    "optional": Importance.NICE.value,
    "souhaitable": Importance.NICE.value,
    "facultatif": Importance.NICE.value,
    "not needed": Importance.NOT_NEEDED.value,
    "inutile": Importance.NOT_NEEDED.value,
    "non necessaire": Importance.NOT_NEEDED.value,
}


class UnknownColumns(ValueError):
    """Why columns that somebody named cannot be used."""


@dataclass(frozen=True)
class Columns:
    """Where the columns are, as somebody said: by number from 1, or by what the header calls them."""

    places: Mapping[str, int | str]

    @classmethod
    def of(cls, text: str) -> "Columns":
        """`region=1,integration=2`, or `region=Zone,state=Flag`. Raises `UnknownColumns`."""
        places: dict[str, int | str] = {}
        for part in filter(str.strip, text.split(",")):
            column, sign, place = (word.strip() for word in part.partition("="))
            if column not in COLUMNS or not sign or not place or place == "0":
                raise UnknownColumns(
                    f"“{part.strip()}” names no column. Write region=1,integration=2,state=3 "
                    f"(known: {', '.join(COLUMNS)}), by number, or by the name that the header has."
                )
            places[column] = int(place) if place.isdecimal() else place
        if missing := [column for column in REQUIRED if column not in places]:
            raise UnknownColumns(f"Say also where {' and '.join(missing)} is: {missing[0]}=1.")
        return cls(places)

    @property
    def has_header(self) -> bool:
        """By numbers alone, the first row is one of values."""
        return any(isinstance(place, str) for place in self.places.values())

    def among(self, header: Sequence[str]) -> dict[str, int]:
        """The place of each column, from 0. Raises `UnknownColumns` for a name that the header lacks."""
        names = {plain(name): number for number, name in reversed(list(enumerate(header)))}
        found = {}
        for column, place in self.places.items():
            at = place - 1 if isinstance(place, int) else names.get(plain(place))
            if at is None:
                raise UnknownColumns(f"no column is called “{place}”; there are {_quoted(header)}")
            found[column] = at
        return found


def guessed(header: Sequence[str]) -> dict[str, int]:
    """The place of each column that a name gives away, from 0."""
    fields = guessed_columns(header, _COLUMN_OF)
    is_clear = _says_one_state(header)
    return {field: number for number, field in enumerate(fields) if field and (field != "state" or is_clear)}


def _says_one_state(header: Sequence[str]) -> bool:
    """Whether one column alone may be that of states: of two, or of *Not available*, nobody can say."""
    names = {plain(name) for name in header}
    if whole := [name for name in names if _COLUMN_OF.get(name) == "state"]:
        return len(whole) == 1
    may_be = []
    for words in map(str.split, names):
        first = next((place for place, word in enumerate(words) if _COLUMN_OF.get(word) == "state"), None)
        if first is not None:
            may_be.append(not {*words[:first]} & {*_OTHERWISE.split()})
    return may_be == [True]


def not_understood(row: Sequence[str], *, state: bool = False) -> str:
    """What is said of a first row that does not say which column is which."""
    by_name = f"region={row[0] or 'Name'},…" if row else "region=Name,…"
    if state:
        return (
            "expected a column of states, such as “State”, since others are there that may be it: "
            f"{_quoted(row)}. Say where it is: --columns region=1,integration=2,state=3 by number, "
            f"--columns {by_name} by name; leave state out where every row is one of what is ready"
        )
    return (
        f"expected a header with a column of regions and one of integrations, got {_quoted(row)}. Say where "
        "they are: --columns region=1,integration=2,state=3 where the first row is no header, "
        f"--columns {by_name} where it is one"
    )


def _quoted(names: Sequence[str]) -> str:
    shown = [f"“{name[:40]}”" if name else "(no name)" for name in names[:8]]
    return ", ".join([*shown, "…"] if len(names) > 8 else shown)
