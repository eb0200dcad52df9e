"""What the columns of a sheet are about, guessed from what they are called in English and French."""

import re
import unicodedata
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _later

# Field → what people see, and what a column of it is called.
FIELDS = {
    "name": _later("integration"),
    "kind": _later("kind"),
    "team": _later("team"),
    "importance": _later("importance"),
    "requirement": _later("requirement"),
    "guidance": _later("guidance"),
    "description": _later("description"),
    "owner": _later("owner, described"),
    "best": _later("days, best"),
    "likely": _later("days, likely or all"),
    "worst": _later("days, worst"),
}
_CALLED = {
    "name": "name integration integrations service system tool application app vendor product "
    "nom outil logiciel systeme fournisseur produit prestataire",
    "kind": "kind type category class categorie genre nature",
    "team": "team squad group department tribe function equipe groupe departement fonction",
    "importance": "importance priority criticality tier must need priorite criticite necessite besoin",
    "requirement": "requirement requirements checklist check task item criterion criteria todo "
    "exigence exigences tache taches critere criteres prerequis controle",
    "guidance": "guidance how evidence note notes comment comments "
    "consigne consignes commentaire commentaires preuve remarque remarques",
    "description": "description details purpose summary descriptif objet resume",
    "owner": "owner responsible contact dri lead person responsable proprietaire porteur personne",
    "best": "best optimistic optimiste min minimum",
    "likely": "likely estimate estimation effort days duration probable jours duree charge",
    "worst": "worst pessimistic pessimiste max maximum",
}
_FIELD_OF = {word: field for field, words in _CALLED.items() for word in words.split()}


def plain(text: str) -> str:
    """Without accents, signs and capitals: `Équipe (SRE)` is `equipe sre`."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def guessed(headers: Sequence[str]) -> list[str]:
    """For each column its field, or nothing; no field twice. A whole name counts before a word of one."""
    fields = [_FIELD_OF.get(plain(header), "") for header in headers]
    taken: set[str] = set()
    for number, field in enumerate(fields):
        fields[number] = "" if field in taken else field
        taken.add(field)
    for number, header in enumerate(headers):
        if not fields[number]:
            words = (_FIELD_OF.get(word, "") for word in plain(header).split())
            fields[number] = next((field for field in words if field and field not in taken), "")
            taken.add(fields[number])
    return fields


def names_columns(headers: Sequence[str]) -> bool:
    """Whether a first row is one of names."""
    return "name" in guessed(headers)
