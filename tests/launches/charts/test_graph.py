from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as some

from launches.charts.graph import BETWEEN, HEIGHT, WIDTH, GraphNode, drawing
from tests.fixtures.drawing import few

NODES = some.integers(0, 15)


def crossings(edges):
    """Pairs of lines of a drawing of two layers whose ends are in opposite order."""
    places = drawing(edges).places
    ends = [(places[first].y, places[then].y) for first, then in edges]
    return sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(ends, 2))


def test_nothing_is_drawn_of_nothing_and_of_what_waits_for_itself():
    for edges in ([], [("mail", "mail")]):
        drawn = drawing(edges)
        assert (drawn.places, drawn.lines, drawn.layers) == ({}, [], 0)


def test_a_chain_is_one_level_row_and_its_lines_end_in_an_arrowhead():
    drawn = drawing([("contract", "consent"), ("consent", "whatsapp")])
    assert (drawn.layers, drawn.width, drawn.height) == (3, 836, 70)
    assert drawn.places == {
        "contract": GraphNode(6, 13),
        "consent": GraphNode(302, 13),
        "whatsapp": GraphNode(598, 13),
    }
    assert [line.path for line in drawn.lines] == [
        "M238,35 C270,35 270,35 302,35 M295,31 L302,35 L295,39",
        "M534,35 C566,35 566,35 598,35 M591,31 L598,35 L591,39",
    ]


def test_lines_that_need_not_cross_do_not():
    assert crossings([(1, "d"), (2, "c"), (3, "b"), (4, "a"), (1, "c"), (2, "b"), (3, "a")]) == 0


def test_what_only_a_late_one_waits_for_stands_just_before_it():
    drawn = drawing([(1, 2), (2, 3), (3, 4), ("late", 4)])
    assert drawn.places["late"].x == drawn.places[3].x


def test_a_circle_is_drawn_with_one_line_that_leads_back():
    drawn = drawing([("a", "b"), ("b", "a"), ("a", "c"), ("c", "b")])
    places = drawn.places
    back = [line[:2] for line in drawn.lines if places[line.first].x > places[line.then].x]
    assert (len(drawn.lines), back) == (4, [("b", "a")])


@settings(max_examples=few(60), deadline=None)
@given(some.lists(some.tuples(NODES, NODES), max_size=30))
def test_each_stands_after_what_it_waits_for_and_none_on_another(pairs):
    edges = {(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}
    drawn = drawing(edges)
    assert drawn.places.keys() == {node for edge in edges for node in edge}
    assert all(drawn.places[first].x + WIDTH < drawn.places[then].x for first, then in edges)
    for (left, top), (x, y) in combinations(drawn.places.values(), 2):
        assert left != x or abs(top - y) >= HEIGHT + BETWEEN - 0.2
    for x, y in drawn.places.values():
        assert 0 <= x <= drawn.width - WIDTH
        assert 0 <= y <= drawn.height - HEIGHT


@settings(max_examples=few(30), deadline=None)
@given(some.lists(some.tuples(NODES, NODES), max_size=30))
def test_whatever_waits_for_whatever_is_drawn(pairs):
    edges = {pair for pair in pairs if pair[0] != pair[1]}
    assert {line[:2] for line in drawing(edges).lines} == edges
