"""`make bench`: ratios, side by side in one run, on the real parts.

Each measure stands beside the bare minimum of what it is made of; single times mean little on a busy machine.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from demo import card_benchmark, paper_benchmark, screen_benchmark, start_benchmark
from demo.bare import apdus_ms, calls_ms, minimal_window_ms, paint_ms
from demo.record import Record
from demo.resident import CARDS, Resident
from demo.sale_benchmark import (
    SLOW_SYNC_MS,
    Payment,
    durable_sale_ms,
    own_share_ms,
    slow_durable_sale_ms,
)
from demo.stage import Stage
from demo.start_benchmark import pss_mb
from drivers.cards.reader_events import CardInserted, ReaderEvent
from drivers.cards.readers import ReaderLoop
from drivers.virtual.card_file import load_card
from kiosk.front_pipe import FirstPage
from kiosk.settings import load_settings

OUTPUT = Path("bench-out")
CARD = "liu-guilan"
ROUNDS = 12
PATIENCE_S = 40.0


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    goal: str
    beside: str = ""
    bare: float | None = None
    digits: int = 1

    def line(self) -> str:
        bare = f"{self.bare:.{self.digits}f} {self.unit}".rstrip() if self.bare is not None else ""
        ratio = _ratio(self.value / self.bare) if self.bare is not None else ""
        value = f"{self.value:.{self.digits}f} {self.unit}".rstrip()
        return f"| {self.name} | {value} | {self.beside} | {bare} | {ratio} | {self.goal} |"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}×" if ratio >= 0.1 else f"{ratio:.3f}×"


def main() -> int:
    with Stage(OUTPUT / "stage") as stage:
        # libpcsclite looks once, at this process's first call.
        os.environ.update(stage.environment)
        starts = _starts(stage)
        browser = _beside_a_browser(stage)
        cards = _cards(stage)
        apdus, identity = apdus_ms(stage, load_card(CARDS / f"{CARD}.toml"))
        calls, answers = calls_ms(stage, identity)
        paint = paint_ms(stage, identity, answers)
        stage.start_terminal()
        overview, memory, share = _at_the_terminal(stage)
    touches = _touches()
    sale, commits = durable_sale_ms(OUTPUT / "vaults")
    slow_sale, slow_commits = slow_durable_sale_ms(OUTPUT / "vaults")
    text, dots = paper_benchmark.text_and_dots()
    measures = (
        Measure(
            "card present → overview painted",
            overview,
            "ms",
            "≤ 2×",
            f"its APDUs {apdus:.1f} + its three calls {calls:.1f} + one paint of the page {paint:.1f}",
            apdus + calls + paint,
        ),
        *cards,
        starts,
        *browser,
        *touches,
        Measure("memory of the front, overview shown (PSS)", memory, "MB", "≤ 160 MB"),
        Measure(
            "a durable sale: intent; outcome with entry",
            sale,
            "ms",
            "≤ 1.3×",
            "the two raw commits of the same rows",
            commits,
            digits=3,
        ),
        Measure(
            f"the same, each sync {SLOW_SYNC_MS} ms longer",
            slow_sale,
            "ms",
            "≤ 1.3×",
            "the two raw commits of the same rows",
            slow_commits,
        ),
        Measure("menu → receipt by bank card, the machine's own share", share, "ms", "≤ 1500 ms"),
        Measure(
            f"{paper_benchmark.ROWS} rows of a paper as text: built",
            text.ms,
            "ms",
            "≤ 1 ms",
            "the same rows as dots",
            dots.ms,
            digits=2,
        ),
        Measure(
            f"{paper_benchmark.ROWS} rows of a paper as text: for the printer",
            text.kilobytes,
            "kB",
            "≤ 3 kB",
            "the same rows as dots",
            dots.kilobytes,
        ),
    )
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; medians\n")
    print("| what | takes | beside | takes | ratio | goal |\n|---|---:|---|---:|---:|---|")
    print("\n".join(measure.line() for measure in measures))
    return 0


def _cards(stage: Stage) -> tuple[Measure, ...]:
    """A card's whole content, and whether reading for ever costs anything that is not given back."""
    port, file = stage.slot_ports[0], CARDS / f"{CARD}.toml"
    card, slow_card = load_card(file), card_benchmark.slow_card(file, OUTPUT)
    full = card_benchmark.full_read(port, card)
    slow = card_benchmark.full_read(port, slow_card, card_benchmark.FEW_ROUNDS)
    row = card_benchmark.reads_in_a_row(port, card)
    many = f"{card_benchmark.MANY_READS} full reads in a row"
    return (
        Measure(
            "full read of a card, all fields",
            full.own_ms,
            "ms",
            "≤ 1.2×",
            f"the {full.least_commands} APDUs that give the same",
            full.bare_ms,
            digits=2,
        ),
        Measure(
            f"the same, each answer {card_benchmark.SLOW_CARD_MS} ms later, as a chip's",
            slow.own_ms,
            "ms",
            "≤ 1.2×",
            f"the {slow.least_commands} APDUs that give the same",
            slow.bare_ms,
        ),
        Measure(f"APDUs of it sent twice, of {full.commands}", full.sent_twice, "", "0", digits=0),
        Measure(
            f"{many}: memory (RSS)", row.memory_mb[1], "MB", "no growth", "at their start", row.memory_mb[0]
        ),
        Measure(
            f"{many}: open descriptors",
            row.descriptors[1],
            "",
            "no growth",
            "at their start",
            row.descriptors[0],
            digits=0,
        ),
    )


def _starts(stage: Stage) -> Measure:
    """Process start → first page painted, one after the other with the minimal window."""
    page: FirstPage = load_settings(stage.config).first_page
    front = ["-m", "ui.main", "--config", str(stage.config), "--first-page", page.to_argument()]
    pairs = [
        (minimal_window_ms(stage, front), minimal_window_ms(stage, ["-m", "ui.measure.window"]))
        for _ in range(ROUNDS)
    ]
    return Measure(
        "start → first page painted",
        median(own for own, _ in pairs),
        "ms",
        "≤ 2×",
        "a minimal QtWidgets window with one label",
        median(bare for _, bare in pairs),
    )


def _beside_a_browser(stage: Stage) -> tuple[Measure, ...]:
    """The same start, seen on the screen, and what it takes then, beside what a kiosk is often made of."""
    starts = start_benchmark.starts(stage)
    starts.write(OUTPUT / "start.json")
    own, other = starts.front, starts.chromium
    beside = "`chromium --kiosk` with the same page, static"
    if other is None:
        beside = "chromium is not installed: not measured"
    return (
        Measure(
            "start → first page on the screen",
            own.ms,
            "ms",
            "≤ 0.5×",
            beside,
            None if other is None else other.ms,
        ),
        Measure(
            "memory then, once it has settled, all processes (PSS)",
            own.mb,
            "MB",
            "≤ 0.5×",
            beside,
            None if other is None else other.mb,
        ),
    )


def _touches() -> tuple[Measure, ...]:
    """Every kind of page, on two screens, in three sizes of text."""
    answers = screen_benchmark.touches(OUTPUT / "touches")
    screen_benchmark.write(answers, OUTPUT / "screen.json")
    spread = screen_benchmark.Spread.of(answers)
    slowest = max(answers, key=lambda answer: answer.ms)
    where = f"“{slowest.words}” on `{slowest.step}`, {slowest.screen}, {slowest.text_size} text"
    return (
        Measure(f"touch → next page painted, {spread.count} touches: median", spread.median, "ms", "—"),
        Measure(
            "the same, 99 of 100 within",
            spread.p99,
            "ms",
            "≤ 50 ms",
            f"the slowest {spread.most:.0f} ms: {where}",
        ),
    )


class _Presence:
    """When PC/SC said that a card is in, on the clock that all processes share."""

    def __init__(self) -> None:
        self.at = 0.0

    def hear(self, event: ReaderEvent) -> None:
        if isinstance(event, CardInserted):
            self.at = time.monotonic()


def _at_the_terminal(stage: Stage) -> tuple[float, float, float]:
    """Milliseconds from the card's presence to the painted overview, the front's MB then, and the machine's
    own share of a payment."""
    resident = Resident(stage, OUTPUT / "screens")
    try:
        overview, memory = _card_to_overview(resident)
        return overview, memory, own_share_ms(Payment(stage, resident, Record(resident), {}))
    finally:
        resident.close()


def _card_to_overview(resident: Resident) -> tuple[float, float]:
    took, memory, presence = [], [], _Presence()
    loop = ReaderLoop(presence.hear)
    loop.start()
    try:
        for _ in range(ROUNDS):
            resident.wait(
                lambda sight: sight.kind == "attract" and sight.shows("网络正常"), "a ready front", PATIENCE_S
            )
            resident.put_in(CARD)
            overview = resident.wait_for("您好", PATIENCE_S)
            took.append((overview.painted_at - presence.at) * 1000)
            memory.append(pss_mb(overview.front_pid))
            resident.pull()
            pid = overview.front_pid
            resident.wait(lambda sight, pid=pid: sight.front_pid != pid, "the next front", PATIENCE_S)  # type: ignore[misc]
    finally:
        loop.stop()
    return median(took), median(memory)


if __name__ == "__main__":
    sys.exit(main())
