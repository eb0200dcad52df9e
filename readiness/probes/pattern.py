"""Regular expressions that end in time, whatever they are run on.

Python's `re` tries one way after the other: a careless pattern on a hostile body holds its worker for hours,
and nothing can interrupt it. Here a pattern becomes an automaton that follows all ways at once (Thompson,
1968), looks at each character once, and lets other checks run in between. What no automaton can do is refused
when the check is saved: back-references, look-around, word boundaries.
"""

import asyncio
import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext

# An automaton of this many nodes, and of this many steps on one text (about a second), is no check any more.
MAX_NODES = 400
MAX_STEPS = 1_000_000
_BEFORE_OTHERS = 20_000

# Given the node that comes next, adds what stands before it and returns where that begins.
Builder = Callable[[int], int]

_COUNT = re.compile(r"\{(\d{1,3})(,)?(\d{1,3})?\}")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_FLAGS = re.compile(r"\(\?([is]+)\)")
_SETS, _CONTROLS = "dDwWsS", "nrtfv"


class TooCostly(Exception):
    """The pattern takes too many steps on this text; ours to look into."""


class Pattern:
    """`^` and `$` are the ends of the text.

    `(?i)` at the beginning ignores case, `(?s)` lets `.` stand for the end of a line too.
    Raises `ValueError` with what is wrong with `text`.
    """

    def __init__(self, text: str) -> None:
        self._automaton = _Reader(text).automaton()
        self._states: dict[frozenset[int], _State] = {}

    async def found_in(self, text: str) -> bool:
        """Whether any part of `text` matches. Raises `TooCostly`."""
        automaton, steps, pause = self._automaton, 0, _BEFORE_OTHERS
        state = self._state(automaton.reached([automaton.start], at_start=True))
        for character in text:
            if state.accepts:
                return True
            steps += 1 if character in state.moves else len(state.nodes) + 1
            if steps > pause:
                pause += _BEFORE_OTHERS
                await asyncio.sleep(0)
            if steps > MAX_STEPS:
                raise TooCostly
            state = state.moves.get(character) or self._moved(state, character)
        return state.accepts or state.accepts_at_end

    def _moved(self, state: "_State", character: str) -> "_State":
        """Where `character` leads; a match may also begin after it."""
        automaton = self._automaton
        after = self._state(automaton.reached([*automaton.after(state.nodes, character), automaton.start]))
        state.moves[character] = after
        return after

    def _state(self, nodes: frozenset[int]) -> "_State":
        if nodes not in self._states:
            if len(self._states) > 1000:
                self._states.clear()
            self._states[nodes] = _State(nodes, self._automaton)
        return self._states[nodes]


class _State:
    """A set of nodes that the text so far can have led to, and where each character leads from there."""

    __slots__ = ("accepts", "accepts_at_end", "moves", "nodes")

    def __init__(self, nodes: frozenset[int], automaton: "_Automaton") -> None:
        self.nodes, self.moves = nodes, dict[str, _State]()
        self.accepts = _Automaton.END in nodes
        self.accepts_at_end = _Automaton.END in automaton.reached(nodes, at_end=True)


class _Automaton:
    """Node `n` takes a character that `tests[n]` likes, or none without a test. Then comes `onward[n]`.

    An anchor is a node that may be passed only at that end of the text.
    """

    END = 0

    def __init__(self) -> None:
        self.tests: list[Callable[[str], object] | None] = [None]
        self.onward: list[list[int]] = [[]]
        self.anchors: dict[int, str] = {}
        self.start = self.END

    def add(self, test: Callable[[str], object] | None, onward: Iterable[int]) -> int:
        if len(self.tests) > MAX_NODES:
            raise ValueError(gettext("the pattern is too long once its repetitions are written out"))
        self.tests.append(test)
        self.onward.append(list(onward))
        return len(self.tests) - 1

    def after(self, nodes: Iterable[int], character: str) -> list[int]:
        return [
            self.onward[node][0]
            for node in nodes
            if (test := self.tests[node]) is not None and test(character)
        ]

    def reached(
        self, nodes: Iterable[int], *, at_start: bool = False, at_end: bool = False
    ) -> frozenset[int]:
        """`nodes`, and all that can be got to from them without a character."""
        seen: set[int] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            anchor = self.anchors.get(node)
            open_here = anchor is None or (at_start if anchor == "^" else at_end)
            if self.tests[node] is None and open_here:
                waiting += self.onward[node]
        return frozenset(seen)


class _Reader:
    """Reads a pattern from left to right, and builds its automaton from its end."""

    def __init__(self, text: str) -> None:
        flags = _FLAGS.match(text)
        self.flags = (re.IGNORECASE if flags and "i" in flags[1] else re.NOFLAG) | (
            re.DOTALL if flags and "s" in flags[1] else re.NOFLAG
        )
        self.text, self.at, self.built = text, flags.end() if flags else 0, _Automaton()

    def automaton(self) -> _Automaton:
        builder = self._choice()
        if self.at < len(self.text):
            raise ValueError(gettext("the pattern closes a bracket that it did not open"))
        self.built.start = builder(_Automaton.END)
        return self.built

    def _choice(self) -> Builder:
        ways = [self._sequence()]
        while self._took("|"):
            ways.append(self._sequence())
        return ways[0] if len(ways) == 1 else lambda onward: self.built.add(None, [w(onward) for w in ways])

    def _sequence(self) -> Builder:
        parts: list[Builder] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._repeated(self._one()))

        def build(onward: int) -> int:
            for part in reversed(parts):
                onward = part(onward)
            return onward

        return build

    def _repeated(self, part: Builder) -> Builder:
        bounds = self._bounds()
        if bounds is None:
            return part
        least, most = bounds
        if most is not None and most < least:
            raise ValueError(gettext("the pattern has a repetition whose end is before its beginning"))
        self._took("?")  # the shortest match or the longest: there is one either way
        if self.text[self.at : self.at + 1] in tuple("*+?"):
            raise ValueError(gettext("the pattern has two repetitions one after the other"))
        return lambda onward: self._copies(part, least, most, onward)

    def _bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in {"*": (0, None), "+": (1, None), "?": (0, 1)}.items():
            if self._took(sign):
                return bounds
        count = _COUNT.match(self.text, self.at)
        if count is None:
            return None
        self.at = count.end()
        least = int(count[1])
        return least, (int(count[3]) if count[3] else None) if count[2] else least

    def _copies(self, part: Builder, least: int, most: int | None, onward: int) -> int:
        """`part` written out, each copy with a node of its own, so that empty parts are counted too."""
        if most is None:
            loop = self.built.add(None, [])
            self.built.onward[loop] = [part(loop), onward]
            onward = loop
        else:
            end = onward
            for _ in range(most - least):
                onward = self.built.add(None, [part(onward), end])
        for _ in range(least):
            onward = self.built.add(None, [part(onward)])
        return onward

    def _one(self) -> Builder:
        character = self.text[self.at]
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        self.at += 1
        if character in "*+?" or (character == "{" and _COUNT.match(self.text, self.at - 1)):
            raise ValueError(
                gettext("the pattern has nothing to repeat before “%(text)s”") % {"text": character}
            )
        if character in "^$":
            return lambda onward: self._anchor(character, onward)
        if character == "\\":
            return self._escape()
        return self._taking("." if character == "." else re.escape(character))

    def _group(self) -> Builder:
        self.at += 1
        if self._took("?") and not self._took(":"):
            raise ValueError(
                gettext("of the groups that begin with (? only (?:…) is known, and (?i) at the beginning")
            )
        inner = self._choice()
        if not self._took(")"):
            raise ValueError(gettext("the pattern opens a bracket that it does not close"))
        return inner

    def _class(self) -> Builder:
        found = _CLASS.match(self.text, self.at)
        if found is None:
            raise ValueError(gettext("the pattern opens a bracket that it does not close"))
        self.at = found.end()
        return self._taking(found[0])

    def _escape(self) -> Builder:
        character = self.text[self.at : self.at + 1]
        self.at += 1
        if not character or (character.isalnum() and character not in _SETS + _CONTROLS):
            raise ValueError(gettext("“%(text)s” is not known in a pattern") % {"text": f"\\{character}"})
        return self._taking(f"\\{character}" if character.isalnum() else re.escape(character))

    def _anchor(self, end: str, onward: int) -> int:
        node = self.built.add(None, [onward])
        self.built.anchors[node] = end
        return node

    def _taking(self, one: str) -> Builder:
        """A node for a piece of a pattern that stands for one character, where `re` is safe."""
        try:
            test = re.compile(one, self.flags).fullmatch
        except re.error as problem:
            raise ValueError(
                gettext("“%(text)s” in the pattern: %(problem)s") % {"text": one, "problem": problem.msg}
            ) from problem
        return lambda onward: self.built.add(test, [onward])

    def _took(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += found
        return found
