"""What waits for what → a drawing in layers: keys in, coordinates out. Templates draw them.

Time runs from left to right: a line leads from what is done first to what waits for it. The steps are those
of Sugiyama, Tagawa and Toda, “Methods for visual understanding of hierarchical system structures” (1981):
turn around what closes a circle, put all into layers, order each layer so that few lines cross, place it.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

WIDTH, HEIGHT = 232, 44
# Between layers, between boxes of a layer, what a passing line takes up, and the margin around all.
ACROSS, BETWEEN, PASSING, MARGIN = 64, 14, 16, 6
SWEEPS = 12

Node = Hashable
Edge = tuple[Node, Node]
Layers = list[list[Node]]


class Bend(NamedTuple):
    """Where a line passes a layer between its two ends."""

    edge: Edge
    layer: int


class GraphNode(NamedTuple):
    """The left top corner of a box; while it is laid out, the middle of its left side."""

    x: float
    y: float


class GraphEdge(NamedTuple):
    """From `first` to what waits for it; `path` is the SVG path with its arrowhead."""

    first: Node
    then: Node
    path: str


@dataclass(frozen=True)
class Drawing:
    width: float
    height: float
    places: Mapping[Node, GraphNode]
    lines: Sequence[GraphEdge]
    layers: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def drawing(edges: Iterable[Edge]) -> Drawing:
    """`edges` are (first, what waits for it). Each connected part has its own band, in the order given."""
    every = list(dict.fromkeys(edge for edge in edges if edge[0] != edge[1]))
    onward = _onward(every)
    top, deepest = float(MARGIN), 0
    middles: dict[Node, GraphNode] = {}
    for part in _parts(list(dict.fromkeys(onward.values()))):
        layers, neighbours = _layered(part)
        top = _put(middles, _with_few_crossings(layers, neighbours), neighbours, top)
        deepest = max(deepest, len(layers))
    bends = _bends(middles)
    return Drawing(
        2 * MARGIN + deepest * (WIDTH + ACROSS) - (ACROSS if deepest else 0),
        round(top + MARGIN, 1),
        {
            node: GraphNode(x, y - HEIGHT / 2)
            for node, (x, y) in middles.items()
            if not isinstance(node, Bend)
        },
        [_line(edge, onward[edge], middles, bends) for edge in every],
        deepest,
    )


def _put(
    middles: dict[Node, GraphNode], layers: Layers, neighbours: Mapping[Node, Sequence[Node]], top: float
) -> float:
    """One part beneath `top`, into `middles`; where it ends."""
    heights = _heights(layers, neighbours)
    upper = min(heights[node] - _size(node) / 2 for node in heights)
    for number, layer in enumerate(layers):
        x = MARGIN + number * (WIDTH + ACROSS)
        for node in layer:
            middles[node] = GraphNode(x, round(top + heights[node] - upper, 1))
    return top + max(heights[node] + _size(node) / 2 for node in heights) - upper


def _onward(edges: Sequence[Edge]) -> dict[Edge, Edge]:
    """Each edge as it runs from left to right: turned around when it would close a circle."""
    kept = list(edges)
    while circle := _circle(kept):
        kept.remove((circle[0], circle[1]))
    sorter = _sorter(kept)
    for first, then in edges:
        sorter.add(first)
        sorter.add(then)
    at = {node: number for number, node in enumerate(sorter.static_order())}
    return {(first, then): (first, then) if at[first] < at[then] else (then, first) for first, then in edges}


def _circle(edges: Iterable[Edge]) -> list[Node]:
    try:
        _sorter(edges).prepare()
    except CycleError as error:
        circle: list[Node] = error.args[1]
        return circle
    return []


def _sorter(edges: Iterable[Edge]) -> "TopologicalSorter[Node]":
    sorter: TopologicalSorter[Node] = TopologicalSorter()
    for first, then in edges:
        sorter.add(then, first)
    return sorter


def _parts(edges: Sequence[Edge]) -> Iterator[list[Edge]]:
    """The edges of each connected part."""
    around = _neighbours(edges)
    seen: set[Node] = set()
    for edge in edges:
        if edge[0] in seen:
            continue
        part, ahead = {edge[0]}, [edge[0]]
        for node in ahead:
            new = [other for other in around[node] if other not in part]
            part.update(new)
            ahead += new
        seen |= part
        yield [edge for edge in edges if edge[0] in part]


def _neighbours(edges: Iterable[Edge]) -> dict[Node, list[Node]]:
    around: dict[Node, list[Node]] = defaultdict(list)
    for first, then in edges:
        around[first].append(then)
        around[then].append(first)
    return around


def _layered(edges: Collection[Edge]) -> tuple[Layers, dict[Node, list[Node]]]:
    """Each node in its layer, and a bend in each layer that a line passes; who is next to whom."""
    depth = _depths(edges)
    steps: list[Edge] = []
    layers: Layers = [[] for _ in range(max(depth.values()) + 1)]
    for node, layer in depth.items():
        layers[layer].append(node)
    for first, then in edges:
        bends = [Bend((first, then), layer) for layer in range(depth[first] + 1, depth[then])]
        for bend in bends:
            layers[bend.layer].append(bend)
        steps += pairwise([first, *bends, then])
    return layers, _neighbours(steps)


def _depths(edges: Iterable[Edge]) -> dict[Node, int]:
    """The longest path that leads to each node; what waits for nothing is just before who waits for it."""
    edges = list(edges)
    before: dict[Node, list[Node]] = defaultdict(list)
    after: dict[Node, list[Node]] = defaultdict(list)
    for first, then in edges:
        before[then].append(first)
        after[first].append(then)
    depth: dict[Node, int] = {}
    for node in _sorter(edges).static_order():
        depth[node] = 1 + max((depth[first] for first in before[node]), default=-1)
    return {
        node: layer if before[node] else min(depth[then] for then in after[node]) - 1
        for node, layer in depth.items()
    }


def _with_few_crossings(layers: Layers, neighbours: Mapping[Node, Sequence[Node]]) -> Layers:
    """Sweeps to and fro, each layer by the barycentres of what is next to it; the best is kept."""
    best, fewest = layers, _crossings(layers, neighbours)
    current = [list(layer) for layer in layers]
    for sweep in range(SWEEPS):
        if not fewest:
            break
        order = range(len(layers)) if sweep % 2 == 0 else range(len(layers) - 1, -1, -1)
        for fixed, moved in pairwise(order):
            current[moved] = _by_barycentre(current[moved], current[fixed], neighbours)
        crossings = _crossings(current, neighbours)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in current], crossings
    return best


def _by_barycentre(
    layer: Sequence[Node], fixed: Sequence[Node], neighbours: Mapping[Node, Sequence[Node]]
) -> list[Node]:
    at = {node: number for number, node in enumerate(fixed)}

    def barycentre(numbered: tuple[int, Node]) -> float:
        number, node = numbered
        beside = [at[other] for other in neighbours[node] if other in at]
        return fmean(beside) if beside else number

    return [node for _, node in sorted(enumerate(layer), key=barycentre)]


def _crossings(layers: Layers, neighbours: Mapping[Node, Sequence[Node]]) -> int:
    """Two lines between two layers cross when their ends are in opposite order."""
    count = 0
    for left, right in pairwise(layers):
        at = {node: number for number, node in enumerate(right)}
        passed: list[int] = []
        for node in left:
            ends = sorted(at[other] for other in neighbours[node] if other in at)
            count += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return count


def _heights(layers: Layers, neighbours: Mapping[Node, Sequence[Node]]) -> dict[Node, float]:
    """The middle of each node: near the mean of its neighbours, in its layer's order, none on another."""
    heights: dict[Node, float] = {}
    for layer in layers:
        heights |= zip(layer, _apart(layer, [0.0] * len(layer)), strict=True)
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            wanted = [fmean(heights[other] for other in neighbours[node]) for node in layer]
            heights |= zip(layer, _apart(layer, wanted), strict=True)
    return heights


def _apart(layer: Sequence[Node], wanted: Sequence[float]) -> list[float]:
    """The places closest to those `wanted`, by least squares, that keep the order and a distance.

    Without the distances it is isotonic regression, by pooling adjacent violators.
    """
    offsets = [0.0]
    for upper, lower in pairwise(layer):
        offsets.append(offsets[-1] + (_size(upper) + _size(lower)) / 2)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    bases = [total / count for total, count in pools for _ in range(count)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]


def _size(node: Node) -> float:
    return PASSING if isinstance(node, Bend) else HEIGHT + BETWEEN


def _bends(middles: Mapping[Node, GraphNode]) -> dict[Edge, list[GraphNode]]:
    """Where each line passes, from left to right."""
    passed: dict[Edge, list[GraphNode]] = defaultdict(list)
    for node, place in sorted(
        ((node, place) for node, place in middles.items() if isinstance(node, Bend)),
        key=lambda found: found[1].x,
    ):
        passed[node.edge].append(place)
    return passed


def _line(
    edge: Edge, onward: Edge, middles: Mapping[Node, GraphNode], bends: Mapping[Edge, Sequence[GraphNode]]
) -> GraphEdge:
    """From the right of a box to the left of another, level across each layer that it passes."""
    first, last = onward
    start, end = middles[first], middles[last]
    path, x, y = [f"M{start.x + WIDTH:g},{start.y:g}"], start.x + WIDTH, start.y
    for place in [*bends.get(onward, ()), end]:
        middle = (x + place.x) / 2
        path.append(f"C{middle:g},{y:g} {middle:g},{place.y:g} {place.x:g},{place.y:g}")
        x, y = place.x + WIDTH, place.y
        if place is not end:
            path.append(f"H{x:g}")
    path.append(_arrowhead(start.x + WIDTH, start.y, 7) if edge != onward else _arrowhead(end.x, end.y, -7))
    return GraphEdge(*edge, " ".join(path))


def _arrowhead(x: float, y: float, back: float) -> str:
    return f"M{x + back:g},{y - 4:g} L{x:g},{y:g} L{x + back:g},{y + 4:g}"
