"""Patterns: the same answers as Python's `re`, and always in time."""

import asyncio
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from readiness.probes.pattern import MAX_STEPS, Pattern, TooCostly

BODY = 64 * 1024


def found(pattern, text):
    return asyncio.run(Pattern(pattern).found_in(text))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * BODY + "b"),
        ("(a|aa)+$", "a" * BODY + "b"),
        ("^(.*?,){11}P", "1," * (BODY // 2)),
        ("(x+x+)+y", "x" * BODY),
        (r"^(\w+\s?)*$", "word " * (BODY // 5) + "!"),
    ],
)
def test_what_hangs_re_ends_at_once(pattern, text):
    started = time.process_time()
    assert found(pattern, text) is False
    assert time.process_time() - started < 1


def test_what_would_take_too_long_is_given_up():
    text = "".join(chr(0x4E00 + number % 20_000) for number in range(BODY))
    started = time.process_time()
    with pytest.raises(TooCostly):
        found("(.?){90}z", text)
    assert time.process_time() - started < 10 * MAX_STEPS / 1_000_000


def test_others_run_in_between():
    async def both():
        turns, done = [0], asyncio.Event()

        async def other():
            while not done.is_set():
                turns[0] += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(other())
        await Pattern("(a+)+$").found_in("a" * 60_000 + "b")
        done.set()
        await beside
        return turns[0]

    assert asyncio.run(both()) > 2


def test_the_deadline_of_the_check_holds():
    async def bounded():
        async with asyncio.timeout(0.01):
            await Pattern("(.?){90}z").found_in("".join(map(chr, range(0x4E00, 0x9E00))))

    with pytest.raises(TimeoutError):
        asyncio.run(bounded())


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("(a", "the pattern opens a bracket that it does not close"),
        ("a)", "the pattern closes a bracket that it did not open"),
        ("[a", "the pattern opens a bracket that it does not close"),
        ("[b-a]", "“[b-a]” in the pattern: bad character range b-a"),
        ("*", "the pattern has nothing to repeat before “*”"),
        ("a|{2}", "the pattern has nothing to repeat before “{”"),
        ("a**", "the pattern has two repetitions one after the other"),
        ("a{3,2}", "the pattern has a repetition whose end is before its beginning"),
        (r"(a)\1", "“\\1” is not known in a pattern"),
        (r"\bword\b", "“\\b” is not known in a pattern"),
        ("a\\", "“\\” is not known in a pattern"),
        (
            "(?=a)",
            "of the groups that begin with (? only (?:…) is known, and (?i) at the beginning",
        ),
        ("((a{50}){50}){50}", "the pattern is too long once its repetitions are written out"),
        ("(((){999}){999}){999}", "the pattern is too long once its repetitions are written out"),
    ],
)
def test_what_is_not_a_pattern_is_told(pattern, problem):
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}$"):
        Pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "there"),
    [
        ("", "", True),
        ("a", "", False),
        ("^b", "ab", False),
        ("a$", "ab", False),
        ("a$|b", "ab", True),
        ("(?i)OK", "all ok", True),
        ("a.b", "a\nb", False),
        ("(?s)a.b", "a\nb", True),
        (r"v\d+\.\d{1,3}", "version v12.345", True),
        (r"\{a\}", "{a}", True),
        ("{a}", "{a}", True),
        ("[]a]", "]", True),
        (r"[^\]]", "]", False),
        ("()*", "x", True),
        ("(a*)*b", "aab", True),
        ("(?:ab){2}", "abab", True),
        ("(^a|b)c", "bc", True),
    ],
)
def test_matches(pattern, text, there):
    assert found(pattern, text) is there


PIECES = ["a", "b", ".", "[ab]", "[^a]", r"\d", "1", "(a|b)", "(ab)", "(?:b|)", "(a*)"]
SIGNS = ["", "", "*", "+", "?", "{2}", "{1,2}", "{1,}", "*?", "|"]


@given(
    some.lists(some.tuples(some.sampled_from(PIECES), some.sampled_from(SIGNS)), max_size=6),
    some.sampled_from(["", "^"]),
    some.sampled_from(["", "$"]),
    some.text("ab1\n", max_size=8),
)
def test_the_same_answer_as_re(parts, begin, end, text):
    pattern = begin + "".join(piece + sign for piece, sign in parts) + end
    theirs = pattern[:-1] + r"\Z" if end else pattern
    assert found(pattern, text) is bool(re.search(theirs, text))
