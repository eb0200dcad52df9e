"""A browser that keeps what the web says of its own performance."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.runner import chromium

ROUNDS = 3
SLOWER = 4
# When a page painted its largest part, how far parts shifted, how long each interaction took to be seen.
WATCH = """
window.seen = {painted: 0, shifted: 0, waits: {}};
const watch = (type, note, more) => new PerformanceObserver((list) => list.getEntries().forEach(note))
    .observe({type, buffered: true, ...more});
watch("largest-contentful-paint", (entry) => { seen.painted = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shifted += entry.value; });
watch("event", (entry) => {
    if (entry.interactionId)
        seen.waits[entry.interactionId] = Math.max(seen.waits[entry.interactionId] ?? 0, entry.duration);
}, {durationThreshold: 16});
"""
# Two frames and the time in which an entry is told.
TOLD = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))"


@dataclass
class Load:
    requests: int = 0
    bytes: int = 0

    def ask(self, address: str) -> None:
        """What is written out in the style sheet is no request."""
        self.requests += not address.startswith("data:")

    def arrive(self, size: float) -> None:
        self.bytes += int(size)


@dataclass
class Seen:
    cold: Load
    warm: Load
    painted: float
    shifted: float


@contextmanager
def surfing(address: str, session: str) -> Iterator["Surfing"]:
    """`session` is the key of somebody who has signed in."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium.found(), args=chromium.FLAGS)
        yield Surfing(opened, address, session)
        opened.close()


class Surfing:
    def __init__(self, browser: Browser, address: str, session: str) -> None:
        self.browser, self.address, self.session = browser, address, session

    def look(self, path: str) -> Seen:
        """The middle of three first visits, each followed by a second."""
        visits = [self.visit(path) for _ in range(ROUNDS)]
        return Seen(
            visits[0].cold,
            visits[0].warm,
            statistics.median(seen.painted for seen in visits),
            max(seen.shifted for seen in visits),
        )

    def visit(self, path: str) -> Seen:
        context, page, protocol = self.opened()
        cold, warm = Load(), Load()
        load = cold
        protocol.on("Network.requestWillBeSent", lambda event: load.ask(event["request"]["url"]))
        protocol.on("Network.loadingFinished", lambda event: load.arrive(event["encodedDataLength"]))
        page.goto(path)
        page.evaluate(TOLD)
        seen = page.evaluate("seen")
        load = warm
        page.goto(path)
        context.close()
        return Seen(cold, warm, seen["painted"], seen["shifted"])

    def act(self, path: str, acts: dict[str, Callable[[Page], object]]) -> dict[str, float]:
        """How long each took to be seen: the middle of three, in ms. Shorter than a frame counts as one."""
        return {
            name: statistics.median(self.wait(path, act) for _ in range(ROUNDS)) for name, act in acts.items()
        }

    def wait(self, path: str, act: Callable[[Page], object]) -> float:
        context, page, _ = self.opened()
        page.goto(path)
        page.evaluate(TOLD)
        act(page)
        page.evaluate(TOLD)
        waits = page.evaluate("Object.values(seen.waits)")
        context.close()
        return max(waits, default=16)

    def opened(self) -> tuple[BrowserContext, Page, CDPSession]:
        context = self.browser.new_context(base_url=self.address, viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.address}])
        context.add_init_script(WATCH)
        page = context.new_page()
        protocol = context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        return context, page, protocol
