"""A sale beside what it is made of: durable beside raw commits, and the machine's own share of a payment."""

from __future__ import annotations

import gc
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from demo.scenes import Scenes
from demo.stage import wait_for
from drivers.pin_pads.nexo import Card
from drivers.pin_pads.outcomes import Charged
from drivers.pin_pads.references import Charge, TransactionIdentification, new_reference
from drivers.virtual.pin_pad_control import PinPadControl
from kiosk.domain.bills import ForWhom
from kiosk.domain.insurance import Kind
from kiosk.domain.money import Money
from kiosk.domain.sales import Premium
from kiosk.payments.charges import ChargedIntent, settle_charged
from kiosk.payments.here import paid_here
from kiosk.payments.numbers import new_key, new_payment_number
from kiosk.payments.stored import CardIntent, IntentKind, StoredPremium, StoredSale
from offline_cache.cache import OfflineCache
from offline_cache.entries import Applied, Caps, Lease
from offline_cache.intents import Room
from offline_cache.secret import VaultKey
from offline_cache.vault import Vault

SALES = 2_000
FEW_SALES = 300
WARMING = 100
SLOW_SYNC_MS = 5
"""As an SD card's or a cheap SSD's."""
TOLD_EVERY = 20
"""So many sales wait for the centre at the most, as on a good day."""
LIMIT_S = 40.0
_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_CAPS = Caps(max_waiting=1_000_000, max_sum=10**12, max_age=timedelta(days=400))
_AMOUNT = Money(40_000)
_HASH = bytes(32)


def slow_durable_sale_ms(directory: Path) -> tuple[float, float]:
    """The same where each sync takes `SLOW_SYNC_MS` longer, made so from outside."""
    delayed = f"inject=fsync,fdatasync:delay_exit={SLOW_SYNC_MS * 1000}"
    ran = subprocess.run(
        [
            *("strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", delayed),
            *(sys.executable, "-m", "demo.sale_benchmark", str(directory)),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    own, bare = json.loads(ran.stdout)
    return own, bare


def durable_sale_ms(directory: Path, sales: int = SALES) -> tuple[float, float]:
    """One bank-card sale as the till keeps it (intent; outcome and entry), and the raw commits of the same
    rows into the same tables: medians of one run, one after the other, each commit synced."""
    shutil.rmtree(directory, ignore_errors=True)
    own, bare = _OwnSale(directory / "own.db"), _BareSale(directory / "bare.db")
    ways: tuple[Callable[[int], None], ...] = (own.sale, bare.sale)
    took: tuple[list[float], ...] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for number in range(1, sales + 1):
            if number % TOLD_EVERY == 0:
                own.tell()
            for sale, times in zip(ways, took, strict=True):
                began = time.perf_counter()
                sale(number)
                if number > WARMING:
                    times.append((time.perf_counter() - began) * 1000)
    finally:
        gc.enable()
        own.cache.close()
        bare.vault.close()
    return median(took[0]), median(took[1])


def _key() -> VaultKey:
    return VaultKey(bytearray(range(32)))


class _OwnSale:
    def __init__(self, path: Path) -> None:
        OfflineCache.open(path, _key()).close()
        self.cache = OfflineCache.open(path, _key())

    def sale(self, number: int) -> None:
        """What `kiosk.payments.card` has the vault do, from the sale that was checked to the kept entry."""
        at = _NOON + timedelta(seconds=number)
        premium = Premium(f"{number:032x}", Kind.MEDICAL_RESIDENT, 2027, _AMOUNT, "陈*禾", ForWhom.DEPENDANT)
        name = new_payment_number("T001")
        charge = Charge(new_reference("T001"), name, _AMOUNT.fen, at)
        sale = StoredSale(premiums=(StoredPremium.of(premium, new_key()),), payer="刘*兰")
        intent = CardIntent.of(sale, charge, _AMOUNT, "PAD-1")
        if paid_here(self.cache, sale.bills):
            raise ValueError("a bill of the benchmark was paid before")
        self.cache.intents.open(
            name, IntentKind.CARD, intent.to_bytes(), at, about=sale.bills, room=Room(_AMOUNT.fen, _CAPS)
        )
        poi = TransactionIdentification(f"V{number:08d}", at.isoformat())
        said = Charged(poi, _AMOUNT.fen, Card("621700******0015", "UnionPay", ("ICC",)), f"B{number:08d}")
        lease = Lease.begin("front", at, 15)
        settle_charged(self.cache, ChargedIntent.by_pad(name, intent, said), "T001", at, lease=lease)
        self._last = at

    def tell(self) -> None:
        """Marking what waits as applied comes after the promise, and is not measured."""
        batch = self.cache.outbox.lease("agent", 100, self._last + timedelta(hours=1), 60)
        for entry in batch.entries:
            self.cache.outbox.finish(entry.number, Applied(f"C-{entry.number}", None, self._last))


class _BareSale:
    def __init__(self, path: Path) -> None:
        OfflineCache.open(path, _key()).close()
        self.vault = Vault.open(path, _key())
        self._payload = bytes(420)  # as long as an entry's of the own sale

    def sale(self, number: int) -> None:
        name = f"T001-{number:014d}"
        with self.vault.write() as transaction:
            transaction.change(
                "INSERT INTO intent (intent_id, kind, payload, digest, opened_at) VALUES (?, ?, ?, ?, ?)",
                (name, "card", self._payload, _HASH, number),
            )
            transaction.change("INSERT INTO intent_about VALUES (?, ?)", (f"{number:032x}", number))
        with self.vault.write() as transaction:
            transaction.change(
                """UPDATE intent SET outcome = 'CHARGED', detail = ?, settled_at = ? WHERE intent_id = ?""",
                (name, number, name),
            )
            transaction.change(
                """INSERT INTO outbox_entry (number, terminal, key, kind, amount, about, payload,
                       payload_hash, appended_at, link, state, lease_holder, lease_until, seal)
                   VALUES (?, 'T001', ?, 'premium', 40000, ?, ?, ?, ?, ?, 'PENDING', ?, ?, ?)""",
                (
                    *(number, f"{number:032d}", f"{number:032x}", self._payload, _HASH, number, _HASH),
                    *("front-0123456789abcdef", number, _HASH),
                ),
            )
            transaction.change("UPDATE outbox_head SET number = ?, link = ? WHERE only = 1", (number, _HASH))


class Payment(Scenes):
    """One payment by bank card, its machine's own share measured: from each touch, or the card at the pad, to
    the page that answers it, painted."""

    def own_share_s(self, card: str, payee: str) -> float:
        """From the menu to the receipt; the resident's and the pad's holder's time is not in it."""
        self.visit(card)
        shares = [
            self._after_touch(lambda: self.resident.touch_tile("缴居民医保"), "给谁缴居民医保"),
            self._after_touch(lambda: self.resident.touch(payee), "请核对"),
            self._after_touch(lambda: self.resident.touch("没有错"), "怎么付"),
            self._after_touch(lambda: self.resident.touch("银行卡"), "密码键盘上刷卡"),
        ]
        with PinPadControl("127.0.0.1", self.stage.pad_control) as pad:
            wait_for(lambda: pad.state().waiting_amount is not None, LIMIT_S, "a pad that waits for a card")
            began = time.monotonic()
            pad.present_card()
        shares.append(self.resident.wait_for("请从出纸口取走回单", LIMIT_S).painted_at - began)
        self.leave()
        return sum(shares)

    def _after_touch(self, touch: Callable[[], None], words: str) -> float:
        touch()
        return self.resident.wait_for(words, LIMIT_S).painted_at - self.resident.acted_at


PAYERS = (
    ("liu-guilan", "孩子 陈*禾"),
    ("liu-guilan", "孩子 陈*麦"),
    ("huang-mancang", "本人 黄*仓"),
    ("tian-chunsheng", "本人 田*生"),
)


def own_share_ms(payment: Payment) -> float:
    """The median of a payment by each of the county's people who owe one."""
    return median(payment.own_share_s(card, payee) for card, payee in PAYERS) * 1000


if __name__ == "__main__":
    print(json.dumps(durable_sale_ms(Path(sys.argv[1]), FEW_SALES)))
