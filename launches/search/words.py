"""From text to words, folded, so that `Málaga` is found by `malaga`; the same for every database."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from readiness.language.folding import HYPHENS, PLAIN, without_marks

LONGEST_QUESTION = 200
MOST_PHRASES = 12
# PostgreSQL keeps no position above 16,383, and a word no longer than this is the same for both.
MOST_WORDS = 12_000
LONGEST_WORD = 100

_ASCII = re.compile(r"[a-z0-9]+")
_PLAIN = str.maketrans(PLAIN)
# Written without spaces: each sign is a word, and what is asked for is a row of them.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    r"\U00020000-\U0003ffff]"
)


Phrase = tuple[str, ...]
# From where to where something stands in a text.
Spans = list[tuple[int, int]]


class Word(NamedTuple):
    folded: str
    start: int
    end: int


class SearchQuery:
    """What somebody asks for. Every phrase has to be there, the last word of each may be longer.

    A phrase is what stands between spaces: `eu-west-1` is three words in that order. It may be spelt in
    several ways: `e-mail` is `email` as well.
    """

    def __init__(self, typed: str) -> None:
        self.typed = " ".join(typed.replace("\0", " ")[:LONGEST_QUESTION].split())
        phrases = (_spellings(part) for part in self.typed.split(" "))
        self.phrases = tuple(dict.fromkeys(filter(None, phrases)))[:MOST_PHRASES]

    def __bool__(self) -> bool:
        return bool(self.phrases)

    def marked(self, text: str, around: int | None = None) -> SafeString:
        """`text` with what was asked for marked; with `around`, only so many characters around the first."""
        return _shown(text, self._spans(text), around)

    def excerpt(self, text: str, around: int) -> SafeString | str:
        """The same; nothing when nothing of it stands there."""
        spans = self._spans(text)
        return _shown(text, spans, around) if spans else ""

    def _spans(self, text: str) -> Spans:
        words = list(words_of(text))
        compounds = list(compounds_of(text, words))
        spellings = list(chain.from_iterable(self.phrases))
        return sorted(
            chain.from_iterable(
                [*_spans(spelling, words), *(_spans(spelling, compounds) if len(spelling) == 1 else [])]
                for spelling in spellings
            )
        )


def _spellings(part: str) -> tuple[Phrase, ...]:
    """The words in `part` one after the other, and in one where hyphens join them all."""
    words = list(words_of(part))
    apart = tuple(word.folded for word in words)
    joined = tuple(word.folded for word in compounds_of(part, words))
    if not apart:
        return ()
    return (apart, joined) if joined == ("".join(apart),) else (apart,)


def compounds_of(text: str, words: Sequence[Word]) -> Iterator[Word]:
    """The words that a hyphen joins in `text`, as one: who looks for `email` means `e-mail`, too."""
    joined: list[Word] = []
    for word in words:
        if joined and text[joined[-1].end : word.start] in HYPHENS:
            joined.append(word)
            continue
        yield from _compound(joined)
        joined = [word]
    yield from _compound(joined)


def _compound(words: Sequence[Word]) -> Iterator[Word]:
    if len(words) > 1:
        folded = "".join(word.folded for word in words)
        yield Word(folded[:LONGEST_WORD], words[0].start, words[-1].end)


def words_of(text: str) -> Iterator[Word]:
    """The words in `text`, in order, and where each stands."""
    if text.isascii():
        for found in _ASCII.finditer(text.lower()):
            yield Word(found[0][:LONGEST_WORD], found.start(), found.end())
        return
    so_far, start = "", 0
    for at, sign in enumerate(text):
        folded = _folded(sign)
        if folded is None or _UNSPACED.match(sign):
            if so_far:
                yield Word(so_far[:LONGEST_WORD], start, at)
            so_far = ""
            if folded:
                yield Word(folded, at, at + 1)
            continue
        start = start if so_far else at
        so_far += folded
    if so_far:
        yield Word(so_far[:LONGEST_WORD], start, len(text))


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str | None:
    """Without case and marks; nothing for a mark alone, `None` for what is between words."""
    kept = without_marks(sign)
    if not kept:
        return ""
    word = "".join(part for part in kept if unicodedata.category(part)[0] in "LNM").translate(_PLAIN)
    return word or None


def _spans(phrase: Sequence[str], words: Sequence[Word]) -> Spans:
    """One after the other; where they overlap, the first of them."""
    *firsts, last = phrase
    spans, at = [], 0
    for end, word in enumerate(words[len(firsts) :], len(firsts)):
        begin = end - len(firsts)
        if begin >= at and word.folded.startswith(last) and all(map(_is, words[begin:end], firsts)):
            spans.append((words[begin].start, word.end))
            at = end + 1
    return spans


def _is(word: Word, folded: str) -> bool:
    return word.folded == folded


def _shown(text: str, spans: Spans, around: int | None) -> SafeString:
    start, end = _window(text, spans[0][0] if spans else 0, around)
    pieces = list(_pieces(text, spans, start, end))
    shown = [("…" if start else "", ""), *pieces, ("…" if end < len(text) else "", "")]
    return format_html_join("", "{}{}", ((plain, _mark(mark)) for plain, mark in shown))


def _window(text: str, first: int, around: int | None) -> tuple[int, int]:
    """From where to where to show, at the end of words where there are any near."""
    if around is None or len(text) <= 2 * around:
        return 0, len(text)
    start = max(0, min(first - around // 2, len(text) - 2 * around))
    end = min(len(text), start + 2 * around)
    if start:
        start = text.find(" ", start, start + 20) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", end - 20, end), end - 20)
    return min(start, first), end


def _pieces(text: str, spans: Spans, start: int, end: int) -> Iterator[tuple[str, str]]:
    """Plain text and what is marked after it, from `start` to `end`; spans may overlap."""
    at = start
    for first, last in spans:
        if first >= at and last <= end:
            yield text[at:first], text[first:last]
            at = last
    yield text[at:end], ""


def _mark(text: str) -> SafeString:
    return format_html_join("", "<mark>{}</mark>", [(text,)] if text else [])
