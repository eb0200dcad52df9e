"""Bars and what was measured against them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """`value` in `unit`: at most `bar`, at least `least`; without either it is only told."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    least: float | None = None

    @property
    def ok(self) -> bool:
        enough = self.least is None or self.value >= self.least
        return enough and (self.bar is None or self.value <= self.bar)

    def line(self) -> str:
        limits = [f"≥ {_figure(self.least)}"] if self.least is not None else []
        limits += [f"≤ {_figure(self.bar)}"] if self.bar is not None else []
        verdict = "" if not limits else "ok" if self.ok else "MISSED"
        bar = ", ".join(limits)
        return f"{self.what:<62} {bar:>10} {_figure(self.value):>10} {self.unit:<7} {verdict}".rstrip()


def table(measured: list[Measured]) -> str:
    head = f"{'what':<62} {'bar':>10} {'measured':>10}"
    return "\n".join([head, "─" * 96, *(row.line() for row in measured)])


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")
