"""`kioskctl payments`: payments of which nobody knows what became, and what a person learned from the bank.

A pad that is gone, that remembers no more or that charged another sum will never say more: then a person asks
the bank, by the number on the slip, and writes its word down under a name.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta

from pydantic import ValidationError

from kiosk.clock import CHINA, Clock
from kiosk.contract.transactions import BankCardWire
from kiosk.domain.money import Money
from kiosk.domain.tenders import BankCard
from kiosk.not_done import NotDone
from kiosk.payments.charges import ChargedIntent, settle_charged
from kiosk.payments.stored import CardIntent, IntentKind, read, sale_of
from kiosk.vault_jobs import StoredUnreadable, in_vault
from offline_cache.cache import OfflineCache
from offline_cache.intents import Intent, IntentSettled, NoSuchIntent, Outcome
from offline_cache.vault_thread import VaultThread

SETTLE_CARD_AFTER = timedelta(minutes=10)
"""Before, a payment of which nothing is known yet may still be at its pin pad."""
SETTLE_QR_AFTER = timedelta(hours=1)
"""Before, the agent may learn from the centre what became of a payment by code."""
_MOST_DETAIL = 200


def add_payments(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, ...]:
    """Adds `payments`; its commands."""
    payments = commands.add_parser("payments", help="payments that nobody knows about yet").add_subparsers(
        dest="action", required=True
    )
    listing = payments.add_parser("list", help="those that are not known")
    settling = payments.add_parser("settle", help="write down what the bank says of one")
    settling.add_argument("payment", help="its number, as on the slip")
    word = settling.add_mutually_exclusive_group(required=True)
    word.add_argument("--not-charged", action="store_true", help="no money moved, says the bank")
    word.add_argument(
        "--charged",
        metavar="REFERENCE",
        help="exactly this sum was charged to a bank card, under this reference of the bank's",
    )
    settling.add_argument("--card", default="***", help="with --charged: the masked card number")
    settling.add_argument("--by", required=True, metavar="NAME", help="who asked the bank")
    return listing, settling


def list_payments(vault: VaultThread[OfflineCache], *, in_json: bool) -> int:
    """1 where there are any."""
    intents = in_vault(vault, lambda cache: cache.intents.unsettled())
    damaged = in_vault(vault, lambda cache: cache.intents.damaged())
    told = [
        {
            "payment": intent.intent_id,
            "kind": intent.kind,
            "amount_fen": _amount_of(intent),
            "opened_at": intent.opened_at.astimezone(CHINA).isoformat(timespec="seconds"),
            "known": intent.history[-1].detail if intent.history else "asked, no answer",
        }
        for intent in intents
    ]
    told += [
        {"payment": name, "kind": "", "amount_fen": None, "opened_at": "", "known": "damaged: keep the vault"}
        for name in damaged
    ]
    if in_json:
        print(json.dumps(told, ensure_ascii=False))
    elif not told:
        print("every payment is known")
    for one in () if in_json else told:
        fen = one["amount_fen"]
        amount = Money(fen) if isinstance(fen, int) else "not understood by this program"
        print("  ".join(str(value) for value in (one | {"amount_fen": amount}).values()))
    return 0 if not told else 1


def settle(vault: VaultThread[OfflineCache], clock: Clock, given: argparse.Namespace, terminal: str) -> int:
    """Writes the bank's word down. Raises `NotDone` where the pad, or the centre, may still say."""
    now = clock.now()

    def write(cache: OfflineCache) -> None:
        intent = cache.intents.get(given.payment)
        _require_age(intent, now)
        if given.charged is not None:
            settle_charged(cache, _charged(intent, given), terminal, now)
        else:
            detail = f"{given.by}: the bank says so"[:_MOST_DETAIL]
            cache.intents.settle(given.payment, Outcome.NOT_CHARGED, detail, now)

    try:
        in_vault(vault, write)
    except (NoSuchIntent, IntentSettled, ValueError) as error:
        raise NotDone(str(error)) from error
    print(f"{given.payment}: {'not charged' if given.charged is None else 'charged; its entries are sent'}")
    return 0


def _charged(intent: Intent, given: argparse.Namespace) -> ChargedIntent:
    if intent.kind != IntentKind.CARD:
        raise NotDone(f"payment {intent.intent_id} is one by code: the centre posts it, not this terminal")
    stored = read(CardIntent, intent.payload, f"payment {intent.intent_id}")
    tender = BankCard(given.card, given.charged, stored.poi)
    try:
        BankCardWire.of(tender)
    except ValidationError:
        raise NotDone(
            "the centre would not take it: --card is masked, as 621700******0015, "
            "and --charged 1 to 200 characters"
        ) from None
    return ChargedIntent(intent.intent_id, stored, tender, f"{given.by}: the bank says so"[:_MOST_DETAIL])


def _require_age(intent: Intent, now: datetime) -> None:
    if intent.kind == IntentKind.CARD:
        after, who = SETTLE_CARD_AFTER, "the pin pad"
    else:
        after, who = SETTLE_QR_AFTER, "the centre, whom the agent asks"
    # Opened in the future: the clock was set since, and says nothing of its age.
    may_be_told = intent.outcome is None or intent.kind != IntentKind.CARD
    if may_be_told and timedelta(0) <= now - intent.opened_at < after:
        until = (intent.opened_at + after).astimezone(CHINA)
        raise NotDone(
            f"payment {intent.intent_id} may still be settled by {who}: try again after {until:%m-%d %H:%M}"
        )


def _amount_of(intent: Intent) -> int | None:
    """None where this program does not understand it: the others are listed all the same."""
    try:
        return sum(one.amount_fen.fen for one in sale_of(intent).premiums)
    except StoredUnreadable:
        return None
