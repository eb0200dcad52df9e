"""Bars and what was measured against them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """`value` in `unit`; without a `bar` it is only told."""

    what: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def ok(self) -> bool:
        return self.bar is None or self.value <= self.bar

    def line(self) -> str:
        bar = "" if self.bar is None else f"≤ {_figure(self.bar)}"
        verdict = "" if self.bar is None else "ok" if self.ok else "MISSED"
        return f"{self.what:<62} {bar:>10} {_figure(self.value):>10} {self.unit:<7} {verdict}".rstrip()


def table(measured: list[Measured]) -> str:
    head = f"{'what':<62} {'bar':>10} {'measured':>10}"
    return "\n".join([head, "─" * 96, *(row.line() for row in measured)])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
