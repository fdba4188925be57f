"""How often something may happen: against guessing and enumerating."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.clock import Clock

_KEYS = 100_000
"""How many keys are remembered; the one used longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `times` within any stretch of `within`."""

    times: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one centre (docs/facts/central-api.md §6)."""

    unidentified: Rate = Rate(60, timedelta(hours=1))
    """Cards a terminal presents that identify nobody."""
    paper_checks: Rate = Rate(60, timedelta(minutes=1))
    """Public checks by one client."""
    lists: Rate = Rate(120, timedelta(minutes=1))
    """Lists of void papers that one client asks for; many terminals may stand behind one address."""
    payees_of_session: Rate = Rate(5, timedelta(minutes=30))
    """People looked up by number in one session, which lives no longer."""
    payees_of_terminal: Rate = Rate(200, timedelta(days=1))
    wrong_last_four: int = 10
    """Wrong guesses in the whole life of one paper; its details stay closed then."""


class Limiter:
    """Counts events by key, in this process's memory."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._events: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> timedelta | None:
        """How long until one more is within the rate; None: now."""
        now = self._clock.now()
        with self._lock:
            events = self._current(key, now)
            return events[0] + self._rate.within - now if len(events) >= self._rate.times else None

    def count(self, key: str) -> None:
        """One more has happened."""
        now = self._clock.now()
        with self._lock:
            self._add(key, self._current(key, now), now)

    def take(self, key: str) -> timedelta | None:
        """Counts one more where that is within the rate, at once with asking; else how long until it is."""
        now = self._clock.now()
        with self._lock:
            events = self._current(key, now)
            if len(events) >= self._rate.times:
                return events[0] + self._rate.within - now
            self._add(key, events, now)
        return None

    def _add(self, key: str, events: deque[datetime], now: datetime) -> None:
        events.append(now)
        self._events[key] = events
        self._events.move_to_end(key)
        if len(self._events) > _KEYS:
            self._events.popitem(last=False)

    def _current(self, key: str, now: datetime) -> deque[datetime]:
        events = self._events.get(key, deque(maxlen=self._rate.times))
        while events and events[0] + self._rate.within <= now:
            events.popleft()
        return events
