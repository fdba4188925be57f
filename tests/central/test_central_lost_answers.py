"""Requests and answers get lost, the centre dies and comes back: nothing is lost, nothing applied twice."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import requests
from fixtures.centre import Centre, problem_of, serving
from fixtures.local_centre import serve_locally
from fixtures.premiums import PREMIUM, bills_of_children, body_of, entry, file_children, new_key, paid_rows
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from central.store.database import Database
from kiosk.contract.transactions import (
    AppliedWire,
    DuplicateWire,
    EntryWire,
    RejectedWire,
    TransactionsAnswer,
)
from kiosk.domain.money import Money, total

CHILDREN = 4
Answer = AppliedWire | RejectedWire


def first_answer(told: object) -> Answer:
    """What the entry came to, now or before."""
    answer = told.first if isinstance(told, DuplicateWire) else told
    assert isinstance(answer, AppliedWire | RejectedWire), answer
    return answer


class World:
    """A centre that is started again now and then, and children enough for every example to have its own."""

    def __init__(self, file: Path) -> None:
        self._file = file
        database = Database(f"sqlite:///{file}")
        self._children = iter(file_children(database, 2000, 2000))
        database.close()
        self.centre, self.close = serve_locally(file)

    def fresh_bills(self) -> dict[str, str]:
        """By the child's reference."""
        return bills_of_children(self.centre.state.database, list(islice(self._children, CHILDREN)))

    def restart(self) -> None:
        self.close()
        self.centre, self.close = serve_locally(self._file)


@pytest.fixture(scope="module")
def world(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    file = tmp_path_factory.mktemp("children") / "central.sqlite3"
    shutil.copy(filled_database, file)
    one = World(file)
    yield one
    one.close()


class LostAnswers(RuleBasedStateMachine):
    """A terminal with an outbox that never makes a key again, against a centre on a bad line."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self._bills = self.world.fresh_bills()
        self._entries: list[EntryWire] = []
        self._answers: dict[str, Answer] = {}
        self._restarted = False

    @initialize()
    def first_sale(self) -> None:
        self.sale(0)

    @rule(child=st.integers(0, CHILDREN - 1))
    def sale(self, child: int) -> None:
        """Paid by card; of a bill that another sale has paid too, now and then."""
        self._entries.append(entry(list(self._bills.values())[child]))

    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self._entries), min_size=1, max_size=6))
        answer = self.world.centre.call("POST", "/v1/transactions", body=body_of(chosen))
        assert answer.status_code == 200, answer.text
        told = TransactionsAnswer.model_validate_json(answer.content).entries
        assert [one.key for one in told] == [one.key for one in chosen]
        for one in told:
            first = first_answer(one)
            assert one.key not in self._answers or isinstance(one, DuplicateWire)
            assert self._answers.setdefault(one.key, first) == first

    @rule(data=st.data(), all_of_it=st.booleans())
    def send_and_hear_nothing(self, data: st.DataObject, *, all_of_it: bool) -> None:
        """The line breaks before the answer, or before the request is whole."""
        chosen = data.draw(st.lists(st.sampled_from(self._entries), min_size=1, max_size=6))
        body = json.dumps(body_of(chosen)).encode()
        host, port = self.world.centre.base_url.removeprefix("http://").split(":")
        head = (
            f"POST /v1/transactions HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {self.world.centre.token()}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        with socket.create_connection((host, int(port)), timeout=10) as line:
            line.sendall(head + (body if all_of_it else body[: len(body) // 2]))

    @precondition(lambda self: self._answers)
    @rule(data=st.data(), fen=st.integers(1, 500_00).filter(lambda fen: fen != PREMIUM.fen))
    def another_payload_under_a_known_key(self, data: st.DataObject, fen: int) -> None:
        known = data.draw(st.sampled_from([one for one in self._entries if one.key in self._answers]))
        reused = known.model_copy(update={"amount_fen": Money(fen)})
        answer = self.world.centre.call("POST", "/v1/transactions", body=body_of([reused]))
        problem_of(answer, "/problems/key-reused")

    @precondition(lambda self: not self._restarted)
    @rule()
    def restart(self) -> None:
        self._restarted = True
        self.world.restart()

    @invariant()
    def nothing_is_applied_twice(self) -> None:
        for reference in self._bills:
            assert len(paid_rows(self.world.centre.state, reference)) in (0, 12)

    def teardown(self) -> None:
        """Everything is sent once more: nothing is lost."""
        answer = self.world.centre.call("POST", "/v1/transactions", body=body_of(self._entries))
        told = TransactionsAnswer.model_validate_json(answer.content).entries
        applied = set()
        for one, sold in zip(told, self._entries, strict=True):
            first = first_answer(one)
            assert self._answers.get(one.key, first) == first
            if isinstance(first, AppliedWire):
                assert sold.bill not in applied
                applied.add(sold.bill)
        assert applied == {one.bill for one in self._entries}
        for reference, bill in self._bills.items():
            rows = paid_rows(self.world.centre.state, reference)
            paid = total(tuple(row.personal for row in rows))
            assert paid == (PREMIUM if bill in applied else Money(0))


def test_whatever_gets_lost_each_premium_is_posted_once(world: World) -> None:
    LostAnswers.world = world
    LostAnswers.TestCase.settings = settings(
        max_examples=15,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    LostAnswers.TestCase("runTest").runTest()


def test_a_centre_killed_in_the_middle_of_batches_applies_each_entry_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'central.sqlite3'}")
    database.create_tables()
    bills = bills_of_children(database, file_children(database, 5000, 100))
    entries = [entry(bill, receipt=f"T001-{i:08d}") for i, bill in enumerate(bills.values())]
    dice = random.Random(20261120)  # noqa: S311 no secret
    environment = None
    cut = 0
    for _ in range(2):
        with serving(tmp_path, environment=environment) as centre:
            environment = dict(centre.environment)
            cut += _killed_while_taking(centre, entries, dice.uniform(0.005, 0.12))
    assert cut, "it was never killed in the middle: the test proves nothing"
    with serving(tmp_path, environment=environment) as centre:
        answer = centre.call("POST", "/v1/transactions", body=body_of(entries))
        told = TransactionsAnswer.model_validate_json(answer.content).entries
    assert all(isinstance(first_answer(one), AppliedWire) for one in told)
    assert all(len(paid_rows(database, reference)) == 12 for reference in bills)
    database.close()


def _killed_while_taking(centre: Centre, entries: list[EntryWire], after_s: float) -> int:
    """1 where the kill came before an answer. Small batches, so that it falls between two as well."""
    kill = threading.Timer(after_s, os.kill, (centre.process.pid, signal.SIGKILL))
    answered = 0
    kill.start()
    try:
        for i in range(0, len(entries), 10):
            centre.call("POST", "/v1/transactions", body=body_of(entries[i : i + 10]))
            answered += 10
    except requests.ConnectionError:
        pass  # the kill
    kill.join()
    centre.process.wait(10)
    return int(answered < len(entries))


BATCH = 10
BATCHES = 3
prove = pytest.mark.prove


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(
    ("syscalls", "when"),
    [
        # The commit of the second batch is written and not synced; the pages of it are half written.
        ("fsync,fdatasync", 4),
        ("pwrite64", 60),
        *(pytest.param("fsync,fdatasync", when, marks=prove) for when in (1, 2, 3, 5)),
        *(pytest.param("pwrite64", when, marks=prove) for when in (20, 37, 39, 80)),
    ],
)
def test_a_centre_killed_at_any_write_or_sync_applies_each_entry_once_and_keeps_its_numbers(
    tmp_path: Path, syscalls: str, when: int
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'central.sqlite3'}")
    database.create_tables()
    bills = bills_of_children(database, file_children(database, 6000, BATCH * BATCHES))
    # Nobody else holds the file: what the centre writes is the same each time.
    database.close()
    entries = [entry(bill, receipt=f"T001-{i:08d}") for i, bill in enumerate(bills.values())]
    heard: list[object] = []
    # It counts in each thread; all batches are taken in by one.
    inject = ("-e", f"trace={syscalls}", "-e", f"inject={syscalls}:signal=KILL:when={when}")
    strace = ("strace", "-f", "-qq", "-o", "/dev/null", *inject)
    with serving(tmp_path, under=strace) as centre:
        for i in range(0, len(entries), BATCH):
            try:
                heard += _sent(centre, entries[i : i + BATCH])
            except requests.ConnectionError:
                break  # the kill
    assert len(heard) < len(entries), "it was never killed: the test proves nothing"
    with serving(tmp_path, environment=centre.environment) as again:
        told = _sent(again, entries)
    for before, after in zip(heard, told, strict=False):
        assert isinstance(before, AppliedWire)
        assert after == DuplicateWire(key=before.key, first=before)
    numbers = {first.number for one in told if isinstance(first := first_answer(one), AppliedWire)}
    assert len(numbers) == len(entries)
    assert all(len(paid_rows(database, reference)) == 12 for reference in bills)
    database.close()


def _sent(centre: Centre, entries: list[EntryWire]) -> tuple[object, ...]:
    answer = centre.call("POST", "/v1/transactions", body=body_of(entries))
    return TransactionsAnswer.model_validate_json(answer.content).entries


def test_a_key_is_known_after_the_centre_was_killed(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        one = entry("nobodys", key=new_key())
        told = first.call("POST", "/v1/transactions", body=body_of([one])).json()
        os.kill(first.process.pid, signal.SIGKILL)
    with serving(tmp_path, environment=first.environment) as second:
        again = second.call("POST", "/v1/transactions", body=body_of([one])).json()
        assert again["entries"][0]["first"] == told["entries"][0]
        reused = one.model_copy(update={"amount_fen": Money(1)})
        answer = second.call("POST", "/v1/transactions", body=body_of([reused]))
        problem_of(answer, "/problems/key-reused")
