"""What a terminal offers: its services, composed, in the order of the menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from drivers.printers.paper import Paper
from kiosk.card_reading import CardReaders, Cards, Places
from kiosk.clock import Clock
from kiosk.conversation.events import Desks
from kiosk.conversation.signs import Icon
from kiosk.domain.text import say
from kiosk.paper_checks import PaperChecks
from kiosk.past_receipts import PastPayments
from kiosk.payments.till import Till
from kiosk.premiums import Premiums
from kiosk.records import Records
from kiosk.services.broken import Broken
from kiosk.services.contributions import Contributions
from kiosk.services.help import Help
from kiosk.services.not_done import NotDone
from kiosk.services.offices import Offices
from kiosk.services.overview import Offered, Overview
from kiosk.services.pay_resident_medical import PayResidentMedical
from kiosk.services.paying import Counter
from kiosk.services.payment_receipt import PaymentReceipts
from kiosk.services.rights_record import RightsRecords
from kiosk.services.verify import Verify
from kiosk.services.visit import Visit
from kiosk.services.without_card import WithoutCard


@dataclass(frozen=True, slots=True)
class Parts:
    """What services are composed of: devices, records and till as services see them."""

    terminal_id: str
    place: str
    """Where the terminal stands, as papers name it."""
    clock: Clock
    readers: CardReaders
    places: Callable[[], Places]
    """Where cards can be put now."""
    fits: Callable[[Paper], bool]
    """Whether the printer has paper enough."""
    scanner_is_here: Callable[[], bool]
    records: Records
    checks: PaperChecks
    till: Till


def compose(parts: Parts) -> Desks:
    """The services that a session itself opens; behind them all the others."""
    records, terminal_id, place = parts.records, parts.terminal_id, parts.place
    contributions = Contributions(records, terminal_id, place)
    rights_records = RightsRecords(records, terminal_id, place, parts.fits)
    cards = Cards(parts.readers, lambda: parts.clock.now().date())
    counter = Counter(parts.till, terminal_id, place, parts.fits)
    premiums = Premiums(records, parts.till)
    pays = PayResidentMedical(premiums, counter, cards, parts.places)
    verify = Verify(parts.checks, parts.scanner_is_here)
    genuine = Offered(verify, say("验真"), say("核对一张纸的真伪"), Icon.SEAL)
    not_done = NotDone(terminal_id, place)
    receipts = PaymentReceipts(PastPayments(records, parts.till), counter)
    overview = Overview(
        records,
        premiums,
        explains=contributions,
        pays=pays,
        offered=(
            Offered(contributions, say("查缴费"), say("每年每月缴了没有"), Icon.LEDGER),
            Offered(pays, say("缴居民医保"), say("给自己和家人缴"), Icon.WALLET),
            Offered(rights_records, say("打印权益记录"), say("每月明细，可验证"), Icon.PAPER),
            Offered(receipts, say("打印缴费回单"), say("在便民终端缴过的"), Icon.RECEIPT),
            genuine,
            Offered(not_done, say("办不成事？"), say("找谁、怎么说"), Icon.QUESTION),
        ),
    )
    helps = Help(not_done)
    without_card = WithoutCard(
        (
            genuine,
            Offered(Offices(), say("去哪办"), say("地址、电话、时间"), Icon.OFFICE),
            Offered(helps, say("怎么用"), say("看一遍就会"), Icon.QUESTION),
            Offered(not_done, say("办不成事？"), say("找谁、怎么说"), Icon.PHONE),
        )
    )
    return Desks(Visit(cards, records, overview), without_card, helps, Broken())
