"""Sixty rows of a paper as text, beside the same rows drawn and sent as dots."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from demo.stage import StageError
from drivers.printers.drawn import drawn
from drivers.printers.escpos import encode
from drivers.printers.paper import Paper, Text
from drivers.printers.profile import standard
from drivers.printers.raster import raster_commands

ROWS = 60
ROUNDS = 100
WARMING = 5
"""By then every glyph has been drawn once, in favour of the dots."""
_UNCUT = replace(standard(), cutter=False)


@dataclass(frozen=True, slots=True)
class PaperSize:
    """A paper's bytes for the printer, and the milliseconds that they took to build."""

    kilobytes: float
    ms: float


def text_and_dots() -> tuple[PaperSize, PaperSize]:
    """Both ways in turn, from the paper's rows to its last byte: medians of `ROUNDS`."""
    paper = Paper(
        "benchmark",
        tuple(Text(f"{row:02} 二〇一九年职工基本医疗保险缴费 ￥334.40") for row in range(1, ROWS + 1)),
    )
    ways: tuple[Callable[[Paper], bytes], ...] = (_as_text, _as_dots)
    took: tuple[list[float], ...] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for number in range(ROUNDS + WARMING):
            for way, times in zip(ways, took, strict=True):
                began = time.perf_counter()
                way(paper)
                if number >= WARMING:
                    times.append((time.perf_counter() - began) * 1000)
    finally:
        gc.enable()
    text, dots = (
        PaperSize(len(way(paper)) / 1000, median(times)) for way, times in zip(ways, took, strict=True)
    )
    return text, dots


def _as_text(paper: Paper) -> bytes:
    return encode(paper).data


def _as_dots(paper: Paper) -> bytes:
    # Without a cut: what is drawn still hangs in the printer.
    raster = drawn(encode(paper, profile=_UNCUT).data, _UNCUT.dots)
    if raster is None:
        raise StageError("the paper of the benchmark is blank")
    return b"".join(raster_commands(raster))
