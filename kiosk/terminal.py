"""The composition root: settings become devices, vault, line to the centre, and services. No globals.

Opened on a thread after the first page is painted; importing this module loads what a terminal needs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

import structlog

from drivers.cards.authentication import AuthenticatorUnavailable, GuardedAuthenticator
from drivers.printers.address import parse_address
from drivers.printers.gauge import PaperGauge
from drivers.printers.job_log import PrintReport, settle_unfinished
from drivers.printers.paper import Paper
from drivers.printers.printer import Printer
from drivers.printers.profile import Completion
from drivers.printers.status import PaperSupply, PrinterStatus, Reason
from drivers.voices.voice import VoiceState
from kiosk.central_client import CentralClient
from kiosk.centre_line import CentreError, DeviceKeyError
from kiosk.clock import Clock, monotonic
from kiosk.conditions import Conditions, Listeners
from kiosk.conversation.desk import Desk
from kiosk.conversation.events import Desks, Event
from kiosk.conversation.view import Condition, Status
from kiosk.domain.region import Region
from kiosk.kept import KeptRegion, KeptSnapshots, PrintLog, purge
from kiosk.offered import Parts, compose
from kiosk.openings import OPENING_LIMIT_S, open_client, open_vault
from kiosk.paper_checks import PaperChecks
from kiosk.payments.assembly import make_till
from kiosk.payments.till import Hindrance
from kiosk.reader_watch import ReaderWatch
from kiosk.records import Records
from kiosk.scanner_watch import ScannerWatch
from kiosk.seal_books import IssuedPapers, SealBooks
from kiosk.settings import Settings, SettingsError, made_run_dir
from kiosk.stopped_proofs import authenticator_of
from offline_cache.cache import OfflineCache
from offline_cache.errors import UnsafeSqlite, VaultError
from offline_cache.keys import NoVaultKey
from offline_cache.locks import LockHeld, ProcessLock
from offline_cache.vault_thread import InboxFull, VaultThread

ASK_CENTRE_EVERY_S = 30.0
ASK_CENTRE_AWAY_S = 2.0
"""While it is away; at most one small request at a time."""
ASK_PRINTER_EVERY_S = 5.0
_PAPER_USED = "paper-used-mm.json"
"""Beside the vault, for it outlives a night without power: what was printed since the roll's end was near."""
LOCK_LIMIT_S = 5.0
"""So long a front that is going may still hold the lock."""
END_CALL_S = 1.5
PRINT_END_S = 2.8
TAKE_BACK_S = 1.0


class TerminalUnavailable(Exception):
    """The terminal cannot serve; the message is for the technician and says what to do."""


class Terminal:
    """Everything behind the screen, wired; `open_terminal` makes one."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        listeners: Listeners,
        vault: VaultThread[OfflineCache],
        client: CentralClient,
        conditions: Conditions,
        lock: ProcessLock,
    ) -> None:
        """`lock` is held by this terminal until it is closed."""
        self._settings = settings
        self._clock = clock
        self._listeners = listeners
        self._vault = vault
        self._client = client
        self._conditions = conditions
        self._lock = lock
        self._stopping = threading.Event()
        self._printer_stirred = threading.Event()
        self._kept_region = KeptRegion(vault, clock)
        self._region, self._etag = self._first_region()
        log = PrintLog(vault, clock)
        self._jobs_open = settle_unfinished(log)
        self._printer_model = settings.printer.model
        self.printer = Printer(
            parse_address(settings.printer.address),
            log,
            profile=self._printer_model,
            paper_may_hang=bool(self._jobs_open) or not log.last_was_printed(),
            gauge=PaperGauge(self._printer_model.near_end_mm, settings.vault.path.with_name(_PAPER_USED)),
        )
        self.readers = ReaderWatch(
            settings.reader,
            None if settings.id_reader is None else settings.id_reader.device,
            self._authenticator(),
            conditions,
            new_desk=self.new_desk,
            on_event=listeners.on_event,
        )
        self.till = make_till(
            settings,
            vault,
            client,
            clock,
            has_paper=lambda: conditions.status.paper is not Condition.BAD,
            centre_is_there=lambda: conditions.status.network is not Condition.BAD,
        )
        keep = timedelta(days=settings.vault.snapshot_days)
        self.scanner = ScannerWatch(settings.scanner, conditions, listeners.on_event)
        self._books = SealBooks(vault, clock)
        papers = IssuedPapers(self._books, client, clock)
        self._records = Records(client, KeptSnapshots(vault), clock, keep, papers)
        self.desks = self._services()

    def watch(self) -> None:
        """Begins to look for cards and codes, and after printer and centre."""
        self.readers.start(self._stopping)
        self.scanner.start()
        self.printer.cut_hanging()
        purge(self._vault, self._clock.now())
        for target, name in (
            (self._watch_centre, "centre-watch"),
            (self._watch_printer, "printer-watch"),
            (self._watch_pad, "pad-watch"),
        ):
            threading.Thread(target=target, name=name, daemon=True).start()

    def print(self, paper: Paper, copy: int = 1) -> Future[PrintReport]:
        """The printer's `print`; how the printer is afterwards is looked at at once."""
        printing = self.printer.print(paper, copy)
        printing.add_done_callback(lambda _: self._printer_stirred.set())
        return printing

    def close(self) -> None:
        """Ends the session at the centre, lets a paper in hand come to its end, closes the vault.

        A paper that is not out after `PRINT_END_S` is taken back: nobody is there for it any more.
        """
        began = monotonic()
        self._stopping.set()
        self._printer_stirred.set()
        ending = threading.Thread(target=self._end_session, name="session-end", daemon=True)
        ending.start()
        # A charge that still waits for a card is given up; what became of it, the next start asks.
        threading.Thread(target=self.till.close, name="pad-end", daemon=True).start()
        printing = threading.Thread(target=self.printer.close, name="printer-end", daemon=True)
        printing.start()
        printing.join(PRINT_END_S)
        if printing.is_alive():
            self.printer.give_up()
            printing.join(TAKE_BACK_S)
        # It ran beside the printing; where that was over at once, it has its own limit.
        ending.join(max(0.0, END_CALL_S - (monotonic() - began)))
        self.scanner.stop()
        try:
            self._vault.close(limit=0.5)
        except TimeoutError:
            structlog.get_logger().warning("vault did not close in time")
        self._lock.release()

    def _authenticator(self) -> GuardedAuthenticator | None:
        """None also where the plug-in does not come: most cards are read without a key."""
        name = self._settings.reader.authenticator
        if not name:
            return None
        try:
            return authenticator_of(name, self._settings.terminal.run_dir, self._tell_no_key)
        except AuthenticatorUnavailable as unavailable:
            self._tell_no_key(str(unavailable))
            return None

    def _tell_no_key(self, why: str) -> None:
        structlog.get_logger().error("cards are read without a key", why=why)
        self._conditions.change(why={"card authenticator": why})

    def new_desk(self, laid: bool = False) -> Desk:  # noqa: FBT001, FBT002 the readers call it
        """What is fixed for a session that begins now; `laid`: with a card that is lifted."""
        reads = self.readers.reads_id_cards
        return Desk(self._clock.now(), self._region, reads_id_cards=reads, laid=laid)

    def _services(self) -> Desks:
        return compose(
            Parts(
                self._settings.terminal.id,
                self._settings.terminal.place,
                self._clock,
                self.readers,
                self.readers.places,
                fits=self.printer.suffices_for,
                scanner_is_here=lambda: self.scanner.is_here,
                records=self._records,
                checks=PaperChecks(self._books, self._client),
                till=self.till,
            )
        )

    def _first_region(self) -> tuple[Region, str | None]:
        try:
            kept = self._kept_region.last()
        except ValueError:
            # Kept by a program with another contract: asked for anew.
            kept = None
        if kept is not None:
            return kept[0].to_domain(), kept[1]
        try:
            news = self._client.region()
        except CentreError as error:
            raise TerminalUnavailable(
                f"the region's rules were never fetched and the centre does not give them: {error}"
            ) from error
        if news is None:
            raise TerminalUnavailable("the centre answered 304 to a request for the region without an ETag")
        self._kept_region.keep(news.region, news.etag)
        return news.region.to_domain(), news.etag

    def _watch_centre(self) -> None:
        self._ask_centre()
        asked = monotonic()
        while not self._stopping.wait(ASK_CENTRE_AWAY_S):
            # Any call may find it away, long before the next look is due.
            away = self._conditions.status.network is Condition.BAD
            if away or monotonic() - asked >= ASK_CENTRE_EVERY_S:
                self._ask_centre()
                asked = monotonic()

    def _ask_centre(self) -> None:
        try:
            news = self._client.region(self._etag)
            if news is not None:
                self._region, self._etag = news.region.to_domain(), news.etag
                self._kept_region.keep(news.region, news.etag)
        except CentreError as error:
            structlog.get_logger().info("centre not reached", why=str(error))
        except (VaultError, InboxFull, TimeoutError) as error:
            # It is in use all the same; the next start asks for it again.
            structlog.get_logger().error("region not kept", why=f"{type(error).__name__}: {error}")

    def _watch_printer(self) -> None:
        while True:
            status = self.printer.status()
            short = self.printer.nearly_used_up
            obstacle = status.obstacle or (Reason.PAPER_SHORT if short else None)
            why = "" if obstacle is None else obstacle.value
            condition = Condition.BAD if short else _paper_condition(status, self._printer_model.completion)
            self._conditions.change(paper=condition, why={"printer": why})
            self._printer_stirred.wait(ASK_PRINTER_EVERY_S)
            self._printer_stirred.clear()
            if self._stopping.is_set():
                return

    def _watch_pad(self) -> None:
        def tell(hindrance: Hindrance | None) -> None:
            busy = hindrance in (None, Hindrance.PAD_BUSY)
            condition = Condition.GOOD if busy else Condition.BAD
            self._conditions.change(pin_pad=condition, why={"pin pad": "" if busy else str(hindrance)})

        self.till.watch(self._stopping, tell)

    def tell_voice(self, state: VoiceState) -> None:
        """How the voice is, which the screen has; `unknown` while it has just begun."""
        condition = Condition.GOOD if state.works else Condition.BAD
        self._conditions.change(voice=condition, why={"voice": state.why})

    def _end_session(self) -> None:
        try:
            self._records.close()
        except CentreError as error:
            # It ends at the centre by itself ten minutes after its last call.
            structlog.get_logger().info("session not ended at the centre", why=str(error))


def open_terminal(
    settings: Settings,
    clock: Clock,
    *,
    on_event: Callable[[Event], None],
    on_status: Callable[[Status], None],
) -> Terminal:
    """Opens vault and line and wires all; raises `TerminalUnavailable` with what a technician has to do."""
    listeners = Listeners(on_event, on_status)
    try:
        # Two fronts would take each other's charges for what a dead one left.
        lock = ProcessLock(made_run_dir(settings) / "front.lock")
        lock.acquire(LOCK_LIMIT_S)
        try:
            return _opened(settings, clock, listeners, lock)
        except BaseException:
            lock.release()
            raise
    except (
        LockHeld,
        NoVaultKey,
        SettingsError,
        VaultError,
        UnsafeSqlite,
        DeviceKeyError,
        InboxFull,
        OSError,
        ValueError,
    ) as error:
        raise TerminalUnavailable(f"{type(error).__name__}: {error}") from error


def _opened(settings: Settings, clock: Clock, listeners: Listeners, lock: ProcessLock) -> Terminal:
    conditions = Conditions(settings, clock, listeners)
    vault = open_vault(settings)
    vault.opened.result(OPENING_LIMIT_S)
    client = open_client(settings, clock, on_reached=conditions.reached)
    return Terminal(
        settings,
        clock,
        listeners=listeners,
        vault=vault,
        client=client,
        conditions=conditions,
        lock=lock,
    )


def _paper_condition(status: PrinterStatus, completion: Completion) -> Condition:
    if status.obstacle is Reason.SILENT and completion is Completion.NOTHING:
        # Such a printer never answers; whether it has paper only a person sees.
        return Condition.UNKNOWN
    if status.obstacle is not None:
        return Condition.BAD
    match status.paper:
        case PaperSupply.OK:
            return Condition.GOOD
        case PaperSupply.NEAR_END:
            return Condition.LOW
        case PaperSupply.OUT:
            return Condition.BAD
        case PaperSupply.UNKNOWN:
            return Condition.UNKNOWN
