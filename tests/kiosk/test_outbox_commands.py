"""`kioskctl outbox` and `kioskctl payments`: what a technician sees and may do, while the terminal works."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import structlog
from fixtures.forks import run_forked
from fixtures.premiums import paid_rows
from paying_bench import BackOffice, Shop, present_card, sooner_or_later, states, up_to_how

from central.store import alarms
from central.store import bills as stored_bills
from drivers.virtual.pin_pad_faults import Fault, FaultKind
from drivers.virtual.pin_pad_mechanism import Auto
from kiosk import cli
from kiosk.agent.housekeeping import keep_small
from kiosk.clock import START_VARIABLE
from kiosk.payment_commands import SETTLE_CARD_AFTER
from kiosk.payments.here import paid_here
from kiosk.payments.stored import IntentKind
from kiosk.vault_jobs import in_vault
from offline_cache.cache import OfflineCache
from offline_cache.entries import EntryState
from offline_cache.intents import Outcome

PENDING, APPLIED, REJECTED = EntryState.PENDING, EntryState.APPLIED, EntryState.REJECTED
PAN, PAYER = "621700", "黄*仓"


@dataclass(frozen=True)
class Ended:
    """How a command ended; what it printed."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> object:
        return json.loads(self.out)


Ctl = Callable[..., Ended]


@pytest.fixture
def ctl(
    office: BackOffice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Ctl]:
    """`kioskctl` in the office. What could not be done is said in one line, and nothing personal ever."""
    monkeypatch.setenv(START_VARIABLE, office.environment[START_VARIABLE])

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        code = cli.main([*map(str, arguments), "--config", str(office.settings_file())])
        out, err = capsys.readouterr()
        said = [line for line in err.splitlines() if not line.startswith("{")]
        assert len(said) == (1 if code == 2 else 0), err
        assert all(line.startswith("kioskctl: ") for line in said)
        for secret in (PAN, PAYER):
            assert secret not in out + err
        return Ended(code, out, err)

    yield run
    structlog.reset_defaults()


def test_what_waits_and_what_was_rejected_is_listed(office: BackOffice, ctl: Ctl) -> None:
    assert ctl("outbox", "list") == Ended(
        0, "waiting   0, ￥0.00\nrejected  0 that nobody has taken charge of\n", ""
    )
    office.rejected()
    [bill] = office.bills(1)
    office.sell(bill)
    ended = ctl("outbox", "list")
    assert ended.code == 1, "somebody has to take charge"
    head = ended.out.splitlines()[:2]
    assert head == ["waiting   1, ￥400.00", "rejected  1 that nobody has taken charge of"]
    waits, refused = ended.out.splitlines()[2:]
    assert waits.startswith("T001-00000002  PENDING ")
    assert bill.payee in waits
    assert "居民医保 2027" in waits
    assert refused.startswith("T001-00000001  REJECTED")
    assert refused.endswith("already-paid")


def test_programs_are_told_as_json(office: BackOffice, ctl: Ctl) -> None:
    office.rejected()
    office.sell(*office.bills(2))
    told = ctl("outbox", "list", "--json").told
    assert isinstance(told, dict)
    assert (told["waiting"], told["amount_fen"], told["rejected"]) == (2, 80_000, 1)
    assert datetime.fromisoformat(told["oldest"]).utcoffset() == timedelta(hours=8)
    assert [one["number"] for one in told["entries"]] == [2, 3, 1]
    assert {one["state"] for one in told["entries"]} == {"PENDING", "REJECTED"}


def test_the_last_ones_are_listed_too_where_that_is_asked_for(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(2))
    ctl("outbox", "send")
    assert "T001" not in ctl("outbox", "list").out
    lines = ctl("outbox", "list", "--all").out.splitlines()[2:]
    assert [line[:23] for line in lines] == ["T001-00000002  APPLIED ", "T001-00000001  APPLIED "]
    assert all("20261120-" in line for line in lines)


def test_one_entry_is_shown(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(1))
    assert ctl("outbox", "show", 1).out.startswith("T001-00000001  PENDING   ￥400.00  2026-11-20T09:3")
    told = ctl("outbox", "show", 1, "--json").told
    assert isinstance(told, dict)
    assert (told["receipt"], told["amount_fen"], told["detail"]) == ("T001-00000001", 40_000, "")
    assert "there is no entry 2" in ctl("outbox", "show", 2).err


def test_an_entry_that_this_program_does_not_understand_hides_no_other(office: BackOffice, ctl: Ctl) -> None:
    odd, good = office.bills(2)
    office.sell(odd, payload=b'{"type": "of a newer program"}')
    office.sell(good)
    listed = ctl("outbox", "list")
    assert listed.code == 0
    assert "premium, not understood by this program" in listed.out
    assert good.payee in listed.out
    sent = ctl("outbox", "send", "--json")
    assert (sent.code, sent.told) == (1, {"applied": [2], "rejected": [], "parked": [1], "failed": []})
    assert ctl("outbox", "show", 1).out.rstrip().endswith("held by parked")


def test_a_chain_that_is_whole_and_one_that_is_not(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(3))
    ended = ctl("outbox", "verify")
    assert ended.code == 0
    assert ended.out.startswith("3 entries, the chain is whole; its end is ")
    with office.vault() as vault:

        def damage(cache: OfflineCache) -> None:
            with cache.vault.write() as transaction:
                transaction.change("DELETE FROM outbox_entry WHERE number = 2")

        in_vault(vault, damage)
    ended = ctl("outbox", "verify")
    assert ended.code == 1
    assert "NOT WHOLE: keep the vault, tell the centre" in ended.out
    told = ctl("outbox", "verify", "--json").told
    assert isinstance(told, dict)
    assert told["findings"]


def test_sending_by_hand_drains_what_waits(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(2))
    ended = ctl("outbox", "send")
    assert (ended.code, ended.out.splitlines()[0]) == (0, "applied   2: 1, 2")
    assert states(office.entries()) == [APPLIED] * 2
    assert ctl("outbox", "send").out == "applied   0\nrejected  0\nparked    0\nfailed    0\n"


def test_sending_an_entry_once_more_changes_nothing(office: BackOffice, ctl: Ctl) -> None:
    [bill] = office.bills(1)
    office.sell(bill)
    ctl("outbox", "send", 1)
    before = office.entries()
    for _ in range(3):
        assert ctl("outbox", "send", 1, "--json").told == {
            "applied": [1],
            "rejected": [],
            "parked": [],
            "failed": [],
        }
    assert office.entries() == before
    with office.centre.state.database.reading() as connection:
        child = stored_bills.find(connection, bill.reference)
        assert child is not None
        assert not alarms.raised(connection)
    assert len(paid_rows(office.centre.state, child.person)) == 12


def test_what_is_rejected_is_no_success(office: BackOffice, ctl: Ctl) -> None:
    rejected = office.rejected()
    ended = ctl("outbox", "send", rejected.number)
    assert (ended.code, ended.out.splitlines()[1]) == (1, "rejected  1: 1")


def test_without_the_centre_the_entries_wait_on(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(1))
    office.wire.cut()
    ended = ctl("outbox", "send")
    assert ended.code == 2
    assert "the centre did not take all: " in ended.err
    assert "waits on" in ended.err
    assert states(office.entries()) == [PENDING]
    assert office.entries()[0].lease is None


def test_of_what_has_shrunk_nothing_is_left_to_send(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(1))
    ctl("outbox", "send")
    office.centre.clock.advance(timedelta(days=3))
    with office.vault() as vault:
        keep_small(vault, office.clock)
    ended = ctl("outbox", "send", 1)
    assert "entry 1 is APPLIED and has shrunk" in ended.err
    assert ctl("outbox", "show", 1).code == 0


def test_a_person_takes_charge_of_what_was_rejected_and_the_bill_is_free(
    office: BackOffice, ctl: Ctl
) -> None:
    rejected = office.rejected()
    assert rejected.about is not None
    ended = ctl("outbox", "acknowledge", rejected.number, "--by", "王工")
    assert (ended.code, ended.out.rstrip().endswith("already-paid, 王工 has taken charge")) == (0, True)
    assert ctl("outbox", "list").code == 0
    assert "nothing to acknowledge" in ctl("outbox", "acknowledge", rejected.number, "--by", "王工").err
    assert "there is no entry 9" in ctl("outbox", "acknowledge", 9, "--by", "王工").err
    with office.vault() as vault:
        assert not in_vault(vault, lambda cache: paid_here(cache, [rejected.about or ""]))


def test_an_entry_that_waits_is_nobodys_to_acknowledge(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(1))
    assert ctl("outbox", "acknowledge", 1, "--by", "王工").code == 2
    assert states(office.entries()) == [PENDING]


@pytest.mark.parametrize(
    "arguments",
    [
        ("outbox",),
        ("outbox", "acknowledge", "1"),
        ("outbox", "show", "one"),
        ("payments", "settle", "T001-X", "--by", "王工"),
        ("payments", "settle", "T001-X", "--not-charged"),
    ],
)
def test_a_command_that_is_half_said_is_explained(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody settles or acknowledges anything without saying who he is and what he knows."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: kioskctl" in capsys.readouterr().err


def opened(office: BackOffice, number: str, kind: IntentKind, *, unknown: bool) -> None:
    """A payment that nobody knows, and that this program does not understand either."""
    now = office.clock.now()
    with office.vault() as vault:
        in_vault(vault, lambda cache: cache.intents.open(number, kind, b"{}", now))
        if unknown:
            in_vault(vault, lambda cache: cache.intents.settle(number, Outcome.UNKNOWN, "silent", now))


def test_payments_that_nobody_knows_are_listed_and_settled_by_the_banks_word(
    office: BackOffice, ctl: Ctl
) -> None:
    assert ctl("payments", "list") == Ended(0, "every payment is known\n", "")
    opened(office, "T001-AAAA", IntentKind.CARD, unknown=True)
    ended = ctl("payments", "list")
    assert ended.code == 1
    assert ended.out.startswith("T001-AAAA  card  not understood by this program  2026-11-20T")
    assert ended.out.rstrip().endswith("silent")
    [told] = ctl("payments", "list", "--json").told  # type: ignore[misc]
    assert (told["payment"], told["amount_fen"]) == ("T001-AAAA", None)
    settled = ctl("payments", "settle", "T001-AAAA", "--not-charged", "--by", "王工")
    assert (settled.code, settled.out) == (0, "T001-AAAA: not charged\n")
    assert ctl("payments", "list").code == 0
    [intent] = office.intents()
    assert intent.history[-1].detail == "王工: the bank says so"


def test_a_payment_that_may_still_be_at_the_pad_is_not_settled_by_anybody(
    office: BackOffice, ctl: Ctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The front asks for a minute and a half; what it hears then must not find the matter closed."""
    opened(office, "T001-AAAA", IntentKind.CARD, unknown=False)
    settle = ("payments", "settle", "T001-AAAA", "--not-charged", "--by", "王工")
    assert "may still be settled by the pin pad: try again after 11-20 09:4" in ctl(*settle).err
    assert office.intents()[0].outcome is None
    later = (office.clock.now() + SETTLE_CARD_AFTER).isoformat()
    monkeypatch.setenv(START_VARIABLE, later)
    assert ctl(*settle).code == 0


@pytest.mark.parametrize(
    ("payment", "says"),
    [
        ("T001-CODE", "may still be settled by the centre, whom the agent asks: try again after 11-20 10:3"),
        ("T001-DONE", "is CHARGED; it is not NOT_CHARGED too"),
        ("T001-NONE", "there is no intent T001-NONE"),
    ],
)
def test_what_is_not_the_banks_to_say_is_not_settled(
    office: BackOffice, ctl: Ctl, payment: str, says: str
) -> None:
    opened(office, "T001-CODE", IntentKind.QR, unknown=True)
    opened(office, "T001-DONE", IntentKind.CARD, unknown=True)
    now = office.clock.now()
    with office.vault() as vault:
        in_vault(vault, lambda cache: cache.intents.settle("T001-DONE", Outcome.CHARGED, "V1", now))
    ended = ctl("payments", "settle", payment, "--not-charged", "--by", "王工")
    assert ended.code == 2
    assert says in ended.err


def test_a_charge_that_only_the_bank_knows_of_is_recorded_on_its_word(shop: Shop) -> None:
    """The pad charged another sum, so it will never say that this one was; the bank does."""
    shop.pad.control.fault(Fault(FaultKind.OTHER_AMOUNT, after_charging=True))
    with shop.visit() as farmer:
        up_to_how(farmer, "huang-mancang", "本人 黄*仓")
        farmer.touch("银行卡")
        present_card(shop.pad)
        farmer.wait_for("printed")
    [intent] = shop.unsettled()
    settle = ("payments", "settle", intent.intent_id, "--by", "王工", "--charged", "880123456789")
    refused = kioskctl(shop, *settle, "--card", "6217001234567890")
    assert refused.returncode == 2
    assert "--card is masked" in refused.stderr
    ended = kioskctl(shop, *settle, "--card", "621700******0015")
    assert (ended.returncode, ended.stdout) == (0, f"{intent.intent_id}: charged; its entries are sent\n")
    assert kioskctl(shop, "payments", "list").returncode == 0
    assert kioskctl(shop, "outbox", "send").returncode == 0
    assert states(shop.entries()) == [APPLIED]
    with shop.visit() as farmer:
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
        farmer.touch("打印缴费回单")
        farmer.wait_for("which")
        farmer.touch("2027年度居民医保")
        assert "880123456789" in farmer.wait_for("receipt").text


def test_a_vault_that_does_not_open_says_what_to_do(office: BackOffice, ctl: Ctl) -> None:
    office.sell(*office.bills(1))
    (office.directory / "vault" / "vault.db").chmod(0o644)
    ended = ctl("outbox", "list")
    assert ended.code == 2
    assert "make it private: chmod 600" in ended.err


def test_it_may_be_used_while_front_and_agent_are_at_work(shop: Shop) -> None:
    """A process of its own, as it is: it takes leases like the agent, and breaks nobody's."""
    shop.pad.control.auto(Auto.APPROVE)
    with shop.visit() as farmer, shop.agent():
        farmer.insert("huang-mancang")
        farmer.wait_for("overview")
        for command in (("outbox", "send"), ("payments", "list")):
            ended = kioskctl(shop, *command)
            assert (ended.returncode, ended.stderr) == (0, "")
        farmer.touch("缴居民医保")
        farmer.wait_for("who")
        farmer.touch("本人 黄*仓")
        farmer.wait_for("check")
        farmer.touch("没有错")
        farmer.wait_for("how:")
        farmer.touch("银行卡")
        assert "已入账" in farmer.wait_for("printed").text
        sent = kioskctl(shop, "outbox", "send", "1")
        assert sent.stdout.splitlines()[0] == "applied   1: 1"
    sooner_or_later(lambda: states(shop.entries()) == [APPLIED])
    assert len(shop.posted()) == 1


def kioskctl(shop: Shop, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_forked(
        "kiosk.cli",
        *(*arguments, "--config", shop.directory / "terminal.toml"),
        environment=os.environ | dict(shop.environment),
    )
