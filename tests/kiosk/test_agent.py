"""The agent: what waits goes out by itself, whatever centre, line and vault do meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from agent_process import AGENT, AgentProcess
from fixtures.centre import ROOT
from fixtures.forks import run_forked
from hypothesis import given
from hypothesis import strategies as st
from paying_bench import BackOffice, sooner_or_later, states

from central.faults import FaultKind, FaultRequest
from kiosk.agent import housekeeping
from kiosk.agent.agent import Agent
from kiosk.agent.backoff import FIRST_S, LONGEST_S, Backoff
from kiosk.agent.housekeeping import keep_small
from kiosk.agent.orders import OpenOrders
from kiosk.front_pipe import EX_CONFIG
from kiosk.payments.sending import Sender
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import EntryState
from offline_cache.errors import VaultClosed
from offline_cache.intents import Outcome
from offline_cache.outbox import Outbox
from offline_cache.vault import Vault
from offline_cache.vault_thread import VaultThread

PENDING, APPLIED = EntryState.PENDING, EntryState.APPLIED
STOP_S = 5.0
FORBIDDEN = (
    "PySide6",
    "smartcard",
    "escpos",
    "PIL",
    "kiosk.terminal",
    "kiosk.conversation",
    "kiosk.services",
)


Start = Callable[..., AgentProcess]


@pytest.fixture
def start(office: BackOffice) -> Iterator[Start]:
    """Starts agents in the office; none outlives the test."""
    started: list[AgentProcess] = []

    def begin(config: Path | None = None) -> AgentProcess:
        agent = AgentProcess(config or office.settings_file(), office.environment)
        started.append(agent)
        return agent

    yield begin
    for agent in started:
        agent.kill()
        print(f"an agent's log:\n{agent.log}")


def waiting(vault: VaultThread[OfflineCache]) -> int:
    return in_vault(vault, lambda cache: cache.outbox.standing()).waiting


def test_it_drains_what_waits_and_what_comes_and_ends_when_it_is_told_to(
    office: BackOffice, start: Start
) -> None:
    early, late = office.bills(2)
    office.sell(early)
    agent = start()
    agent.wait_for_start()
    sooner_or_later(lambda: states(office.entries()) == [APPLIED])
    office.sell(late)
    sooner_or_later(lambda: states(office.entries()) == [APPLIED] * 2)
    assert len(office.posted()) == 2
    assert agent.stop() < STOP_S
    for secret in ("黄*仓", early.payee, early.reference, "621700"):
        assert secret not in agent.log
    assert json.loads(agent.log.splitlines()[0])["event"] == "agent started"


def test_told_to_stop_it_does_not_wait_for_a_centre_that_hangs(office: BackOffice, start: Start) -> None:
    faults = office.centre.state.faults
    assert faults is not None
    faults.arm(FaultRequest(kind=FaultKind.HANG, path_prefix="/v1/transactions"))
    office.sell(*office.bills(1))
    agent = start(office.settings_file(centre={"connect_s": 30.0, "read_s": 60.0}))
    agent.wait_for_start()
    # The centre has it: with the lease alone it might not be in the exchange yet.
    sooner_or_later(lambda: not faults._armed)
    assert office.entries()[0].lease is not None
    assert agent.stop() < STOP_S
    [entry] = office.entries()
    assert (entry.state, entry.lease) == (PENDING, None), "the next agent need not wait for a lease"


def test_two_do_not_work_at_once(office: BackOffice, start: Start) -> None:
    first = start()
    first.wait_for_start()
    second = run_forked(AGENT, "--config", office.settings_file(), environment=office.environment)
    assert second.returncode == EX_CONFIG
    assert f"is held by process {first.process.pid}" in second.stderr
    assert first.process.poll() is None


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"outbox": {"max_waiting": 0}}, "outbox.max_waiting: Input should be greater than or equal to 1"),
        ({"centre": {"device_key": "/nowhere/key.pem"}}, "enrol this terminal first"),
        ({"vault": {"key_file": "/nowhere/key"}}, "create"),
        ({"terminal": {"run_dir": "/proc/bianmin"}}, "[terminal] run_dir /proc/bianmin cannot be made"),
    ],
)
def test_what_only_a_person_can_mend_ends_it_for_good(
    office: BackOffice, start: Start, more: dict[str, dict[str, object]], says: str
) -> None:
    agent = start(office.settings_file(**more))
    assert agent.process.wait(20) == EX_CONFIG
    assert says in agent.log
    assert "Traceback" not in agent.log


def test_it_loads_neither_screen_nor_devices() -> None:
    """It runs beside the front all day, in less than half its memory."""
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import kiosk.agent.__main__, json, sys; print(json.dumps(list(sys.modules)))",
        ],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    loaded = json.loads(told)
    assert "kiosk.payments.sending" in loaded
    found = [one for one in loaded if one.startswith(FORBIDDEN)]
    assert not found


def test_without_the_centre_it_waits_and_goes_on_when_the_centre_is_back(
    office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.agent.backoff.LONGEST_S", 0.2)
    monkeypatch.setattr("kiosk.agent.backoff.FIRST_S", 0.1)
    office.sell(*office.bills(3))
    office.wire.cut()
    with office.agent() as vault:
        time.sleep(0.6)
        assert waiting(vault) == 3
        office.wire.mend()
        sooner_or_later(lambda: waiting(vault) == 0)
    assert len(office.posted()) == 3


def test_a_centre_that_asks_to_be_left_alone_is(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.agent.backoff.FIRST_S", 0.1)
    faults = office.centre.state.faults
    assert faults is not None
    faults.arm(FaultRequest(kind=FaultKind.BUSY, path_prefix="/v1/transactions", seconds=2))
    office.sell(*office.bills(1))
    with office.agent() as vault:
        sooner_or_later(lambda: not faults._armed)
        refused = time.monotonic()
        sooner_or_later(lambda: waiting(vault) == 0)
        assert time.monotonic() - refused > 1.5


def test_a_vault_that_is_busy_is_met_again(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds it for longer than a writer waits."""
    monkeypatch.setitem(Vault.open.__func__.__kwdefaults__, "busy_limit", 0.1)  # type: ignore[attr-defined]
    monkeypatch.setattr("kiosk.agent.backoff.FIRST_S", 0.1)
    office.sell(*office.bills(1))
    held, free = threading.Event(), threading.Event()

    def hold(cache: OfflineCache) -> None:
        with cache.vault.write():
            held.set()
            free.wait(20)

    with office.vault() as other:
        holding = other.submit(hold)
        assert held.wait(10)
        with office.agent() as vault:
            time.sleep(0.5)
            assert waiting(vault) == 1
            free.set()
            sooner_or_later(lambda: waiting(vault) == 0)
        holding.result(10)


def test_a_vault_that_is_gone_ends_the_process_that_had_it(office: BackOffice) -> None:
    """After a failed sync nothing more comes out of it; the service manager starts another agent."""
    office.sell(*office.bills(1))
    with office.vault() as vault, office.client() as client:
        sender = Sender(vault, client, office.clock)
        orders = OpenOrders(vault, client, office.clock)
        agent = Agent(vault, sender, orders, office.clock, renew_lists=lambda: None)
        in_vault(vault, lambda cache: cache.close())
        with pytest.raises(VaultClosed):
            agent.run(threading.Event())


def test_what_was_told_shrinks_after_two_days_and_what_has_expired_goes(office: BackOffice) -> None:
    office.sell(*office.bills(1))
    rejected = office.rejected()
    now = office.clock.now()
    with office.vault() as vault:

        def fill(cache: OfflineCache) -> None:
            cache.intents.open("old", "card", b"{}", now - timedelta(days=91))
            cache.intents.settle("old", Outcome.NOT_CHARGED, "", now - timedelta(days=91))
            cache.intents.open("unknown", "card", b"{}", now - timedelta(days=91))
            cache.intents.settle("unknown", Outcome.UNKNOWN, "", now - timedelta(days=91))
            cache.snapshots.put((b"card:1",), "bills", now - timedelta(days=2), now - timedelta(days=1), b"x")

        in_vault(vault, fill)
        keep_small(vault, office.clock)
        first, second = office.entries()[::-1]
        assert first.state is APPLIED
        assert first.payload is not None, "not yet: its receipt may be printed again"
        assert [one.intent_id for one in office.intents()] == ["unknown"], "what is not known is kept"
        assert in_vault(vault, lambda c: c.snapshots.get((b"card:1",), "bills", now)) is None
        office.centre.clock.advance(timedelta(days=2, minutes=1))
        keep_small(vault, office.clock)
        first, second = office.entries()[::-1]
        assert first.payload is None
        assert (first.state, first.payload_hash != b"") == (APPLIED, True)
        assert second.number == rejected.number
        assert second.payload is not None, "a person has not taken charge of it"
        assert in_vault(vault, lambda cache: cache.outbox.verify()).whole


def test_tidying_a_backlog_ends(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much there is, one round is bounded; the next hour does the rest."""
    monkeypatch.setattr(housekeeping, "_MOST_ROUNDS", 2)
    office.sell(*office.bills(5))
    with office.sender() as sender:
        batch = sender.lease("test", 30)
        sender.send(batch.entries, batch.lease)
        office.centre.clock.advance(timedelta(days=3))
        shrink = Outbox.shrink
        monkeypatch.setattr(Outbox, "shrink", lambda outbox, before: shrink(outbox, before, 2))
        keep_small(sender._vault, office.clock)
    assert sum(one.payload is None for one in office.entries()) == 4


pauses = st.lists(st.one_of(st.none(), st.floats(0, 3600)), min_size=1, max_size=30)


@given(pauses, st.floats(0, 1))
def test_a_pause_is_bounded_and_never_shorter_than_the_centre_asked_for(
    asked: list[float | None], chance: float
) -> None:
    backoff = Backoff(lambda low, high: low + chance * (high - low))
    step = FIRST_S
    for retry_after in asked:
        pause = backoff.pause_s(retry_after) - (retry_after or 0.0)
        assert step / 2 - 1e-6 <= pause <= step + 1e-6 <= LONGEST_S + 1e-6
        step = min(step * 2, LONGEST_S)
    backoff.reset()
    assert FIRST_S / 2 <= backoff.pause_s() <= FIRST_S


def test_a_thousand_terminals_do_not_come_back_at_once() -> None:
    firsts = [Backoff().pause_s() for _ in range(1000)]
    assert max(firsts) - min(firsts) > FIRST_S * 0.4
