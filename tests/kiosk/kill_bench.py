"""Terminals to be killed: each a copy of one that was in use, with a centre, a pad and books of its own."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict, Unpack

from fixtures.pin_pad import PinPadProcess
from resident import CARDS
from sale_books import books_of, charges_in, findings
from traced_child import CHILD_LIMIT_S, Child, Run, Told
from used_terminals import Buyer, Template

from central.faults import Faults
from central.store import tables
from central.virtual_gateway.control import GatewayControl
from drivers.virtual.card_file import load_card
from kiosk.clock import START_VARIABLE
from kiosk.openings import open_vault
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import Lease
from offline_cache.vault_thread import VaultThread

LATER = timedelta(minutes=4)
"""Until the power is back: leases have run out, and payments by code are left alone no more."""
CARD, CODE = "银行卡", "微信支付"


class AgentHow(TypedDict, total=False):
    """What may be different with an agent."""

    under: tuple[str, ...]
    """A tracer, from its start on."""
    centre: str
    """Another address of the centre."""
    variant: str
    """A broken terminal."""


class How(AgentHow, total=False):
    """What may be different at a visit."""

    from_confirming: tuple[str, ...]
    """A tracer, from the moment at which he says how he pays."""
    react: Callable[[Child, Told], None]
    scans: bool
    """False: his phone does not pay the code that it sees."""


class World:
    """One case: a terminal, its centre and its pad, from before the sale until all has come to rest."""

    def __init__(self, template: Template, directory: Path, phone: GatewayControl) -> None:
        self.directory = directory
        self._template = template
        self._phone = phone
        self._parts = ExitStack()
        self.codes: list[str] = []
        """What stood on screens to be scanned, newest last."""
        self.shown: set[str] = set()
        """The receipt numbers that residents saw."""

    def __enter__(self) -> Self:
        shutil.copytree(self._template.directory, self.directory)
        self.pad = PinPadProcess(self.ledger, "--auto", "approve", "--after-ms", "100")
        self._parts.callback(self.pad.close)
        self.centre = self._parts.enter_context(self._template.centre(self.directory / "central.sqlite3"))
        self.shop = self._template.shop(self.directory, self.pad, self.centre)
        self._own_settings = self.shop.settings
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    @property
    def ledger(self) -> Path:
        return self.directory / "pad.jsonl"

    @property
    def faults(self) -> Faults:
        """What the centre fails at."""
        assert self.centre.state.faults is not None
        return self.centre.state.faults

    @contextmanager
    def vault(self) -> Iterator[VaultThread[OfflineCache]]:
        """The terminal's, beside whoever else holds it."""
        vault = open_vault(self._own_settings)
        try:
            yield vault
        finally:
            vault.close()

    @contextmanager
    def vault_in_use(self) -> Iterator[None]:
        """As on a terminal, where the agent holds it: what the first commit into a new log costs was paid."""
        now = self.shop.clock.now()
        with self.vault() as vault:
            in_vault(vault, lambda cache: cache.documents.keep("in-use", None, b"", now))
            yield

    def bills_of(self, *names: str) -> set[str]:
        """The references of what these people have to pay."""
        with self.centre.state.database.reading() as connection:
            found = connection.execute(
                tables.bills.select().join(tables.people).where(tables.people.c.name.in_(names))
            )
            bills = {row.bill for row in found}
        assert len(bills) == len(names)
        return bills

    def pay(self, buyer: Buyer, tender: str, **how: Unpack[How]) -> Run:
        """One resident's visit, under whatever kills it; his phone pays the code that it sees."""
        return self._visit("pay", buyer, tender, (), how)

    def come_to_rest(
        self, buyer: Buyer, tender: str = CARD, *, patience_s: float = 20.0, **how: Unpack[How]
    ) -> Run:
        """Front and agent start anew; once all is known, or after `patience_s`, the same resident comes
        again, and pays what he is still asked for."""
        broken: AgentHow = {"variant": how["variant"]} if "variant" in how else {}
        with self.agent(**broken):
            return self._visit("return", buyer, tender, ("--patience", str(patience_s)), how)

    def scan(self) -> None:
        """A phone pays the newest code."""
        self._phone.pay(code_url=self.codes[-1])

    @contextmanager
    def agent(self, **how: Unpack[AgentHow]) -> Iterator[Child]:
        """An agent that runs until the block ends, or until it ends itself."""
        child = self._child("agent", "", how, ())
        try:
            yield child
        finally:
            child.process.terminate()
            child.process.communicate(timeout=CHILD_LIMIT_S)

    def power_is_back(self) -> None:
        """Some minutes later, for all that starts from now on."""
        environment = dict(self.shop.environment)
        instant, _, held_at = environment[START_VARIABLE].partition("@")
        moved = datetime.fromisoformat(instant) + LATER
        environment[START_VARIABLE] = f"{moved.isoformat()}@{held_at}"
        self.shop = replace(self.shop, environment=environment)
        self.centre.clock.advance(LATER)

    def charged(self) -> int:
        """How many charges the pad has made and not taken back."""
        return len(charges_in(self.ledger))

    def waiting(self) -> int:
        """Entries that the centre was not told."""
        with self.vault() as vault:
            return in_vault(vault, lambda cache: cache.outbox.standing().waiting)

    def agent_sends(self, **how: Unpack[AgentHow]) -> bool:
        """An agent runs until nothing waits; False where it was killed before."""
        with self.vault() as vault, self.agent(**how) as agent:
            until = time.monotonic() + CHILD_LIMIT_S
            while in_vault(vault, lambda cache: cache.outbox.standing().waiting):
                if (code := agent.process.poll()) is not None:
                    assert code == -signal.SIGKILL, f"the agent ended with {code}; its log says why"
                    return False
                assert time.monotonic() < until, "the agent does not send what waits"
                time.sleep(0.01)
        return True

    def send_all_again(self) -> None:
        """Every entry once more: the centre has its answer already."""
        with self.shop.sender() as sender, self.vault() as vault:
            entries = in_vault(vault, lambda cache: cache.outbox.recent(100))
            sent = sender.send(entries, Lease.begin("again", self.shop.clock.now(), 10))
        assert sorted(sent.applied) == sorted(entry.number for entry in entries), sent

    def findings(self, wanted: Collection[str]) -> list[str]:
        """What is wrong in anybody's books, where each of `wanted` was to be paid."""
        with self.vault() as vault:
            books = books_of(self.ledger, self._phone, self.centre, vault)
        return findings(books, wanted, self.shown)

    def _visit(self, role: str, buyer: Buyer, tender: str, more: tuple[str, ...], how: How) -> Run:
        hand = self._template.stand.free_hand()
        child = self._child(role, hand.reader, how, ("--payee", buyer.payee, "--tender", tender, *more))

        def reacted(told: Told) -> None:
            if told.get("now") == ("there" if role == "pay" else "settled") or told.get("now") == "unsettled":
                hand.slot.insert(load_card(CARDS / f"{buyer.card}.toml"))
            if told.get("now") == "confirms" and "from_confirming" in how:
                child.attach(how["from_confirming"])
            code = str(told.get("code", ""))
            if code and code not in self.codes:
                self.codes.append(code)
                if how.get("scans", True):
                    self.scan()
            if "react" in how:
                how["react"](child, told)

        try:
            run = child.run_to_end(reacted)
        finally:
            hand.slot.remove()
        self.shown |= run.shown
        return run

    def _child(self, role: str, reader: str, how: AgentHow, more: tuple[str, ...]) -> Child:
        changed: dict[str, Mapping[str, object]] = {"reader": {"name_contains": reader}}
        if "centre" in how:
            changed["centre"] = {"url": how["centre"]}
        self.shop.settings_with(**changed)
        # The file is written anew for the next child: each reads its own.
        settings = shutil.copy(self.directory / "terminal.toml", self.directory / f"{role}.toml")
        broken = ("--variant", how["variant"]) if "variant" in how else ()
        return Child(
            self.directory / f"{role}.log",
            self.shop.environment,
            (str(settings), role, *more, *broken),
            how.get("under", ()),
        )
