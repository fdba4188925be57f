"""What a dead process asked the pin pad: found out, recorded once, and never charged to somebody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from fixtures.pin_pad import POI_ID, PinPadProcess
from fixtures.premiums import bills_of
from paying_bench import AMPLE, BackOffice, Shop, sooner_or_later, states

from central.county.builders import DemoResident
from drivers.pin_pads.link import Limits, PinPadLink
from drivers.pin_pads.nexo import Amount, PaymentRequest
from drivers.pin_pads.pin_pad import PinPad
from drivers.pin_pads.references import Charge, TransactionIdentification, new_reference
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_ledger import EntryKind
from drivers.virtual.pin_pad_mechanism import Auto
from kiosk.clock import CHINA
from kiosk.domain.bills import Bill
from kiosk.domain.sales import NotPaid, Paid, Payment, Premium, Sale, TenderKind, WhyNotPaid
from kiosk.payments import card as card_payments
from kiosk.payments import recovery as recovering
from kiosk.payments.card import CardPayments, Pad
from kiosk.payments.here import HereState, paid_here
from kiosk.payments.numbers import new_key, new_payment_number
from kiosk.payments.qr import QrPayments
from kiosk.payments.recovery import CardRecovery
from kiosk.payments.sending import Sender
from kiosk.payments.stored import CardIntent, IntentKind, StoredPremium, StoredSale
from kiosk.payments.till import CardTaking, Hindrance, Till
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import EntryState
from offline_cache.intents import Outcome
from offline_cache.vault import Vault
from offline_cache.vault_thread import VaultThread

QUICK = Limits(connect_s=1.0, write_s=1.0, answer_s=0.4, abort_s=1.0, look_s=0.02)
SOON_S = 0.3
"""In the place of the five seconds in which a dead process's request may still arrive."""


def write_intent(vault: VaultThread[OfflineCache], bills: Sequence[Bill], now: datetime, poi: str) -> Charge:
    """What a process writes down before it asks."""
    premiums, number = tuple(map(Premium.of, bills)), new_payment_number("T001")
    amount = Sale(premiums, "黄*仓", TenderKind.BANK_CARD).amount
    charge = Charge(new_reference("T001"), number, amount.fen, now)
    stored = tuple(StoredPremium.of(one, new_key()) for one in premiums)
    intent = CardIntent.of(StoredSale(premiums=stored, payer="黄*仓"), charge, amount, poi)
    payload, about = intent.to_bytes(), [bill.reference for bill in bills]
    in_vault(vault, lambda cache: cache.intents.open(number, IntentKind.CARD, payload, now, about=about))
    return charge


def hand_over(pad: PinPadProcess, charge: Charge) -> None:
    """The request reaches the pad, and whoever asked hears nothing of it any more."""
    link = PinPadLink(pad.address, POI_ID, QUICK)
    known = TransactionIdentification(charge.transaction_id, charge.at.isoformat())
    link.send(charge.reference, PaymentRequest(known, Amount.cny(charge.amount)))
    link.close()


def decided(pad: PinPadProcess) -> None:
    """It has made up its mind."""
    ends = (EntryKind.AUTHORISED, EntryKind.NOT_AUTHORISED)
    sooner_or_later(lambda: any(one.kind in ends for one in pad.control.ledger()))


@dataclass
class Dead:
    """The terminal of a process that died, and the next one's parts; a pad with a ledger of its own."""

    office: BackOffice
    pad: PinPadProcess
    vault: VaultThread[OfflineCache]
    driver: PinPad

    def asked(self, *bills: Bill, poi: str = POI_ID, arrives: bool = True) -> str:
        """The payment's number."""
        charge = write_intent(self.vault, bills, self.office.clock.now(), poi)
        if arrives:
            hand_over(self.pad, charge)
        return charge.transaction_id

    def decided(self) -> None:
        decided(self.pad)

    def recovery(self, in_progress: Callable[[], str | None] = lambda: None) -> CardRecovery:
        pad = Pad(self.driver, POI_ID, 5.0)
        return CardRecovery(self.vault, pad, self.office.clock, terminal="T001", in_progress=in_progress)

    def outcome(self, number: str) -> Outcome | None:
        return in_vault(self.vault, lambda cache: cache.intents.get(number)).outcome

    def state_of(self, bill: Bill) -> HereState | None:
        here = in_vault(self.vault, lambda cache: paid_here(cache, [bill.reference]))
        return here[bill.reference].state if here else None

    def charged(self) -> int:
        return sum(e.amount for e in self.pad.control.ledger() if e.kind is EntryKind.AUTHORISED)


@pytest.fixture
def dead(office: BackOffice, pad: PinPadProcess) -> Iterator[Dead]:
    with office.vault() as vault, _driver(pad) as driver:
        yield Dead(office, pad, vault, driver)


@contextmanager
def _driver(pad: PinPadProcess) -> Iterator[PinPad]:
    driver = PinPad(pad.address, sale_id="T001", poi_id=POI_ID, limits=QUICK)
    yield driver
    driver.close()


def test_a_charge_that_came_about_is_recorded_once_and_posted_by_the_agent(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    assert dead.state_of(bill) is HereState.NOT_KNOWN
    asked_again = [dead.recovery().resolve() for _ in range(3)]
    assert asked_again == [0, 0, 0]
    assert dead.outcome(number) is Outcome.CHARGED
    [entry] = dead.office.entries()
    assert (entry.about, entry.state, entry.lease) == (bill.reference, EntryState.PENDING, None)
    assert dead.state_of(bill) is HereState.WAITING
    with dead.office.agent():
        sooner_or_later(lambda: states(dead.office.entries()) == [EntryState.APPLIED])
    assert dead.office.posted() == [bill.reference]
    assert dead.charged() == bill.amount.fen


def test_one_charge_for_a_family_becomes_as_many_entries_in_one_go(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    bills = dead.office.bills(3)
    dead.asked(*bills)
    dead.decided()
    dead.recovery().resolve()
    entries = dead.office.entries()
    assert {one.about for one in entries} == {bill.reference for bill in bills}
    assert len({one.key for one in entries}) == 3
    assert sum(one.amount for one in entries) == dead.charged()


def test_what_was_paid_on_the_last_evening_is_in_time_though_it_is_found_out_the_next_year(
    dead: Dead,
) -> None:
    """The power went at the pad, and came back after the window had closed."""
    [bill] = dead.office.bills(1)
    clock = dead.office.centre.clock
    clock.advance(datetime(2026, 12, 31, 23, 58, tzinfo=CHINA) - clock.now())
    dead.pad.control.auto(Auto.APPROVE)
    dead.asked(bill)
    dead.decided()
    clock.advance(timedelta(hours=9))
    dead.recovery().resolve()
    with dead.office.agent():
        sooner_or_later(lambda: states(dead.office.entries()) != [EntryState.PENDING])
    assert states(dead.office.entries()) == [EntryState.APPLIED]


def test_a_charge_that_did_not_come_about_frees_the_bill(dead: Dead) -> None:
    dead.pad.control.auto(Auto.DECLINE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    assert dead.recovery().resolve() == 0
    assert dead.outcome(number) is Outcome.NOT_CHARGED
    assert not dead.office.entries()
    assert dead.state_of(bill) is None


def test_a_pad_that_never_heard_of_it_says_so_only_when_nothing_can_arrive_any_more(
    dead: Dead, monkeypatch: pytest.MonkeyPatch
) -> None:
    [bill] = dead.office.bills(1)
    number = dead.asked(bill, arrives=False)
    recovery = dead.recovery()
    assert recovery.resolve() == 1, "worth asking after again soon"
    assert dead.outcome(number) is None
    assert dead.state_of(bill) is HereState.NOT_KNOWN
    monkeypatch.setattr(recovering, "STATUS_AFTER_S", SOON_S)
    time.sleep(SOON_S)
    assert recovery.resolve() == 0
    assert dead.outcome(number) is Outcome.NOT_CHARGED


def test_after_two_days_a_pad_may_have_forgotten(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovering, "STATUS_AFTER_S", 0.0)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill, arrives=False)
    dead.office.centre.clock.advance(timedelta(hours=48, minutes=1))
    assert dead.recovery().resolve() == 0
    assert dead.outcome(number) is None, "a person has to ask the bank"
    assert dead.state_of(bill) is HereState.NOT_KNOWN


def test_another_pads_word_says_nothing(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pad was changed for another one, which never heard of it."""
    monkeypatch.setattr(recovering, "STATUS_AFTER_S", 0.0)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill, poi="PAD-BEFORE", arrives=False)
    assert dead.recovery().resolve() == 0
    assert dead.outcome(number) is None


def test_a_pad_that_does_not_answer_is_asked_again_when_it_does(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    dead.pad.control.mute(on=True)
    recovery = dead.recovery()
    assert recovery.resolve() == 0
    assert dead.outcome(number) is Outcome.UNKNOWN
    assert not dead.office.entries()
    dead.pad.control.mute(on=False)
    recovery.resolve()
    assert dead.outcome(number) is Outcome.CHARGED
    assert len(dead.office.entries()) == 1


def test_a_pad_that_lost_its_power_too_knows_what_it_did(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    dead.pad.kill()
    assert dead.recovery().resolve() == 0
    assert dead.outcome(number) is Outcome.UNKNOWN
    dead.pad._start()
    with _driver(dead.pad) as driver:
        replace(dead, driver=driver).recovery().resolve()
    assert dead.outcome(number) is Outcome.CHARGED


def test_a_charge_that_still_waits_for_a_card_is_given_up_before_anybody_else_comes(dead: Dead) -> None:
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    sooner_or_later(lambda: dead.pad.control.state().waiting)
    recovery = dead.recovery()
    sooner_or_later(lambda: recovery.resolve() == 0)
    assert not dead.pad.control.state().waiting, "no card put in now is charged"
    assert dead.outcome(number) is Outcome.NOT_CHARGED
    assert dead.charged() == 0


def test_an_outcome_that_the_vault_does_not_take_is_asked_again(
    dead: Dead, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    monkeypatch.setitem(Vault.open.__func__.__kwdefaults__, "busy_limit", 0.1)  # type: ignore[attr-defined]
    held, free = threading.Event(), threading.Event()

    def hold(cache: OfflineCache) -> None:
        with cache.vault.write():
            held.set()
            free.wait(20)

    with dead.office.vault() as other, dead.office.vault() as short_of_patience:
        other.submit(hold)
        assert held.wait(10)
        recovery = replace(dead, vault=short_of_patience).recovery()
        assert recovery.resolve() == 0
        assert dead.outcome(number) is None
        free.set()
        sooner_or_later(lambda: recovery.resolve() == 0 and dead.outcome(number) is Outcome.CHARGED)
    assert len(dead.office.entries()) == 1


def test_a_payment_that_this_program_does_not_understand_stops_no_other(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    now = dead.office.clock.now()
    in_vault(dead.vault, lambda cache: cache.intents.open("odd", IntentKind.CARD, b'{"newer": 1}', now))
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    dead.recovery().resolve()
    assert dead.outcome(number) is Outcome.CHARGED
    assert dead.outcome("odd") is None


def test_another_sum_stays_unknown_however_often_one_asks(dead: Dead) -> None:
    dead.pad.control.auto(Auto.APPROVE)
    dead.pad.control.fault(Fault(FaultKind.OTHER_AMOUNT, after_charging=True))
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    assert [dead.recovery().resolve() for _ in range(3)] == [0, 0, 0]
    assert dead.outcome(number) is Outcome.UNKNOWN
    assert not dead.office.entries()
    assert dead.state_of(bill) is HereState.NOT_KNOWN


# The payments of a process that lives.


@dataclass
class AtWork:
    """A till, and what its payment came to."""

    till: Till
    payments: CardPayments
    recovery: CardRecovery
    told: list[Payment]


@pytest.fixture
def at_work(dead: Dead) -> Iterator[AtWork]:
    with dead.office.client() as client:
        vault, clock, pad = dead.vault, dead.office.clock, Pad(dead.driver, POI_ID, 8.0)
        sender = Sender(vault, client, clock)
        payments = CardPayments(vault, pad, sender, clock, terminal="T001", caps=AMPLE)
        recovery = dead.recovery(lambda: payments.in_progress)
        till = Till(
            vault,
            QrPayments(vault, client, clock, terminal="T001"),
            CardTaking(pad, payments, recovery),
            clock=clock,
            caps=AMPLE,
            has_paper=lambda: True,
            centre_is_there=lambda: True,
        )
        yield AtWork(till, payments, recovery, [])


@contextmanager
def paying(at_work: AtWork, bill: Bill) -> Iterator[None]:
    sale = Sale((Premium.of(bill),), "黄*仓", TenderKind.BANK_CARD)
    thread = threading.Thread(target=lambda: at_work.told.append(at_work.till.pay(sale, lambda _: None)))
    thread.start()
    yield
    thread.join(20)
    assert not thread.is_alive()


def test_a_payment_that_is_being_asked_is_left_alone(dead: Dead, at_work: AtWork) -> None:
    [bill] = dead.office.bills(1)
    with paying(at_work, bill):
        sooner_or_later(lambda: dead.pad.control.state().waiting)
        assert at_work.recovery.resolve() == 0
        time.sleep(0.2)
        assert dead.pad.control.state().waiting, "nobody gave it up"
        dead.pad.control.present_card()
    [payment] = at_work.told
    assert isinstance(payment, Paid)
    assert states(dead.office.entries()) == [EntryState.APPLIED]


def test_a_request_that_was_broken_off_may_still_arrive_for_a_while(
    dead: Dead, at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted from when its sending ended, not from when its turn was waited for."""
    monkeypatch.setattr(card_payments, "STATUS_AFTER_S", 1.2)
    dead.pad.control.fault(Fault(FaultKind.DROPPED_REQUEST, at_byte=1))
    turn_s = 0.8
    dead.driver._executor.submit(time.sleep, turn_s)
    began = time.monotonic()
    [bill] = dead.office.bills(1)
    with paying(at_work, bill):
        pass
    assert time.monotonic() - began > turn_s + 1.2
    [payment] = at_work.told
    assert isinstance(payment, NotPaid)
    assert (payment.why, dead.state_of(bill)) == (WhyNotPaid.PAD_AWAY, None)


def test_the_watch_asks_at_once_tells_how_the_pad_is_and_ends_when_it_is_told_to(
    dead: Dead, at_work: AtWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.payments.till.ASK_PAD_EVERY_S", 0.1)
    dead.pad.control.auto(Auto.APPROVE)
    [bill] = dead.office.bills(1)
    number = dead.asked(bill)
    dead.decided()
    stopping, heard = threading.Event(), list[Hindrance | None]()
    watch = threading.Thread(target=at_work.till.watch, args=(stopping, heard.append))
    watch.start()
    sooner_or_later(lambda: None in heard)
    assert dead.outcome(number) is Outcome.CHARGED, "before anything else"
    dead.pad.control.mute(on=True)
    sooner_or_later(lambda: Hindrance.PAD_AWAY in heard)
    stopping.set()
    watch.join(5)
    assert not watch.is_alive()


def test_a_terminal_without_a_pad_watches_nothing(dead: Dead) -> None:
    with dead.office.client() as client:
        qr = QrPayments(dead.vault, client, dead.office.clock, terminal="T001")
        till = Till(
            dead.vault,
            qr,
            None,
            clock=dead.office.clock,
            caps=AMPLE,
            has_paper=lambda: True,
            centre_is_there=lambda: True,
        )
        till.watch(threading.Event(), lambda _: pytest.fail("there is nothing to tell"))
        [bill] = dead.office.bills(1)
        sale = Sale((Premium.of(bill),), "黄*仓", TenderKind.BANK_CARD)
        paid = till.pay(sale, lambda _: None)
    assert paid == NotPaid(WhyNotPaid.PAD_AWAY, "this terminal has no pin pad")
    assert not dead.office.intents()


def test_the_next_residents_front_finds_it_out_before_anybody_pays_again(
    shop: Shop, county: dict[str, DemoResident]
) -> None:
    """The whole way: a front that dies at the pad, and the next one."""
    bills = bills_of(shop.centre, county["黄满仓"])
    shop.pad.control.auto(Auto.APPROVE)
    with shop.vault() as vault:
        hand_over(shop.pad, write_intent(vault, bills, shop.clock.now(), POI_ID))
    decided(shop.pad)
    with shop.visit() as farmer:
        sooner_or_later(lambda: len(shop.entries()) == 1)
        farmer.insert("huang-mancang")
        overview = farmer.wait_for("overview")
        assert "1笔缴费待入账（黄*仓）" in overview.text
        assert "待缴" not in overview.text
    assert shop.charged() == bills[0].amount.fen
