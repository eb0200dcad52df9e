"""The forecast of a launch: from its rows to the engine and back, what-ifs, and what moved the date.

`outlooks` is what pages ask for; `WhatIf` changes a state; `drift` tells two days apart.
"""

from launches.planning.change_authors import change_authors, freeze_author
from launches.planning.drift import DriftContext, Move, PreviousForecast, drift
from launches.planning.history import Past, past, stamp
from launches.planning.inputs import Inputs, inputs_of
from launches.planning.lapses import Lapse, lapses_of
from launches.planning.outlook import Outlook, Part, outlook_of
from launches.planning.pricing import outlooks, priced_further, priced_so_far, share
from launches.planning.scope import counted
from launches.planning.timing import spans_of
from launches.planning.unknown import StandingAlone
from launches.planning.whatif import TooMany, WhatIf, cut_for, imagined

__all__ = [
    "DriftContext",
    "Inputs",
    "Lapse",
    "Move",
    "Outlook",
    "Part",
    "Past",
    "PreviousForecast",
    "StandingAlone",
    "TooMany",
    "WhatIf",
    "change_authors",
    "counted",
    "cut_for",
    "drift",
    "freeze_author",
    "imagined",
    "inputs_of",
    "lapses_of",
    "outlook_of",
    "outlooks",
    "past",
    "priced_further",
    "priced_so_far",
    "share",
    "spans_of",
    "stamp",
]
