"""Sets of months, held as the fewest spans: what was paid, what was due, and what is left between them.

Forty years of eight insurances are some dozens of spans but thousands of months; a person waits for the
answer, so nothing here walks month by month.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from kiosk.domain.months import Month, MonthSpan

K = TypeVar("K")

Spans = tuple[MonthSpan, ...]
"""Ascending, without overlap and without neighbours that touch."""


def between(first: Month, last: Month) -> Spans:
    """One span, or nothing where it would end before it begins."""
    return (MonthSpan(first, last),) if first <= last else ()


def merged(spans: Iterable[MonthSpan]) -> Spans:
    """The months of all the spans, whatever their order and overlap."""
    whole: list[MonthSpan] = []
    for span in sorted(spans):
        if whole and span.first <= whole[-1].last.plus(1):
            whole[-1] = MonthSpan(whole[-1].first, max(whole[-1].last, span.last))
        else:
            whole.append(span)
    return tuple(whole)


def without(spans: Spans, taken: Spans) -> Spans:
    """The months of `spans` that are not in `taken`."""
    left: list[MonthSpan] = []
    passed = 0
    for span in spans:
        first = span.first
        while passed < len(taken) and taken[passed].last < first:
            passed += 1
        at = passed
        while at < len(taken) and taken[at].first <= span.last:
            if first < taken[at].first:
                left.append(MonthSpan(first, taken[at].first.plus(-1)))
            first = taken[at].last.plus(1)
            at += 1
        if first <= span.last:
            left.append(MonthSpan(first, span.last))
    return tuple(left)


def common(ours: Spans, theirs: Spans) -> Spans:
    """The months in both."""
    return without(ours, without(ours, theirs))


def holds(spans: Spans, month: Month) -> bool:
    at = bisect_right(spans, month, key=lambda span: span.first) - 1
    return at >= 0 and month <= spans[at].last


def whole_years(spans: Spans) -> Spans:
    """Every year of which at least one month is in `spans`, from January to December."""
    return merged(MonthSpan(Month(span.first.year, 1), Month(span.last.year, 12)) for span in spans)


def parted(whole: Spans, by: Iterable[Spans], judge: Callable[[Month], K]) -> Iterator[tuple[MonthSpan, K]]:
    """The months of `whole` in as few spans as are judged alike.

    `by` are the sets that `judge` looks at: between two of their borders its answer cannot change, so one
    month speaks for all.
    """
    starts = sorted({month for one in by for span in one for month in (span.first, span.last.plus(1))})
    for span in whole:
        inside = starts[bisect_right(starts, span.first) : bisect_right(starts, span.last)]
        first, said = span.first, judge(span.first)
        for start in inside:
            now = judge(start)
            if now != said:
                yield MonthSpan(first, start.plus(-1)), said
                first, said = start, now
        yield MonthSpan(first, span.last), said


def alike(labels: Mapping[Month, K]) -> Iterator[tuple[MonthSpan, K]]:
    """Months in a row that carry the same label, as spans; a month without a label ends one."""
    first = last = None
    for month in sorted(labels):
        if first is None or last is None:
            first = last = month
        elif last.until(month) == 1 and labels[month] == labels[first]:
            last = month
        else:
            yield MonthSpan(first, last), labels[first]
            first = last = month
    if first is not None and last is not None:
        yield MonthSpan(first, last), labels[first]
