"""What the columns of a sheet are about, guessed from what they are called in English and French."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _later

from readiness.sheets.words import guessed_columns, plain

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


def guessed(headers: Sequence[str]) -> list[str]:
    """For each column its field, or nothing; no field twice."""
    fields = guessed_columns(headers, _FIELD_OF)
    return [
        "" if field == "description" and not _is_of_integration(header) else field
        for field, header in zip(fields, headers, strict=True)
    ]


def _is_of_integration(header: str) -> bool:
    """A short description may well be that of the checklist's line: who brings the sheet has to say."""
    whole = plain(header)
    return whole in _FIELD_OF or any(_FIELD_OF.get(word) == "name" for word in whole.split())


def names_columns(headers: Sequence[str]) -> bool:
    """Whether a first row is one of names."""
    return "name" in guessed(headers)
