"""From text to words, folded, so that `Málaga` is found by `malaga`; the same for every database."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

LONGEST_QUESTION = 200
MOST_PHRASES = 12
# PostgreSQL keeps no position above 16,383, and a word no longer than this is the same for both.
MOST_WORDS = 12_000
LONGEST_WORD = 100

_ASCII = re.compile(r"[a-z0-9]+")
# Letters that are no letter with a mark, but are typed as if they were.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
# Written without spaces: each sign is a word, and what is asked for is a row of them.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
    r"\U00020000-\U0003ffff]"
)


# From where to where something stands in a text.
Spans = list[tuple[int, int]]


class Word(NamedTuple):
    folded: str
    start: int
    end: int


class Question:
    """What somebody asks for. Every phrase has to be there, the last word of each may be longer.

    A phrase is what stands between spaces: `eu-west-1` is three words in that order.
    """

    def __init__(self, typed: str) -> None:
        self.typed = " ".join(typed.replace("\0", " ")[:LONGEST_QUESTION].split())
        phrases = (tuple(word.folded for word in words_of(part)) for part in self.typed.split(" "))
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
        return sorted(chain.from_iterable(_spans(phrase, words) for phrase in self.phrases))


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
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", sign).casefold())
    kept = [part for part in parts if unicodedata.category(part) != "Mn"]
    if parts and not kept:
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
