"""代缴: for whose card is in the other reader; little of him is seen, and the session stays the payer's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fixtures.local_centre import FEW, Opened
from fixtures.pcsc import wait_until
from paying_bench import Shop, present_card
from resident import CARDS, Hand, Hands, Resident, Sight, parts_of, words_on

from central.county.people import everybody
from central.limits import Rate
from drivers.cards.pcsc import look_at_readers
from drivers.virtual.card_file import load_card
from kiosk.conversation.content import Offer
from kiosk.conversation.phase import Phase
from kiosk.services import pay_resident_medical

PAYER, PAYEE = "huang-mancang", "tian-chunsheng"
NAME, NUMBER, MASKED = "田春生", "800100197802041130", "田*生"
BOTH = {"reader": {"name_contains": ""}}


@dataclass
class Two:
    """A payer at a terminal with two readers, and the slot that his card is not in."""

    shop: Shop
    hands: Hands

    def visit(self, **more: object) -> Resident:
        wait_until(lambda: not any(one.holds_card for one in look_at_readers()))
        return self.shop.visit(**(BOTH | more))  # type: ignore[arg-type]

    @property
    def other(self) -> Hand:
        return self.hands._hands[1]

    def show(self, card: str | Path) -> None:
        """The other's card, into the other reader."""
        file = card if isinstance(card, Path) else CARDS / f"{card}.toml"
        self.other.slot.insert(load_card(file))

    def take(self) -> None:
        self.other.slot.remove()
        wait_until(lambda: sum(one.holds_card for one in look_at_readers()) <= 1)


@pytest.fixture
def two(shop: Shop, hands: Hands) -> Iterator[Two]:
    two = Two(shop, hands)
    yield two
    two.other.slot.remove()


def ask_for_another(resident: Resident, card: str = PAYER) -> None:
    resident.insert(card)
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch("给别人缴")
    resident.wait_for("other-card:1")


def people_on(sight: Sight) -> list[str]:
    """Whom one can pay for."""
    return [str(one.label) for one in parts_of(sight.view.due, Offer) if "￥" in str(one.label)]


def test_a_neighbours_card_shows_a_masked_name_and_what_is_due_and_no_more(two: Two) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        assert "您自己的卡不要取出" in payer.sight.text
        two.show(PAYEE)
        who = payer.wait_for("who:2")
        assert people_on(who) == ["本人 黄*仓 ￥400.00", "他人 田*生 ￥400.00", "一起缴 ￥800.00"]
        payer.touch("他人 田*生")
        check = payer.wait_for("check")
        assert "田*生" in check.text
        assert "黄*仓" in check.text, "who pays"
        payer.touch("没有错")
        payer.wait_for("how:")
        payer.touch("银行卡")
        present_card(two.shop.pad)
        page = payer.wait_for("printed")
        assert "他人 田*生" in page.text
        payer.touch("取走了")
        overview = payer.wait_for("overview")
        assert "黄先生，您好" in overview.text, "the session is the payer's as before"
        assert "待缴 ￥400.00" in overview.text, "his own premium is due as before"
        shown = "\n".join(repr(view.due) for view in payer.views)
        for secret in (NAME, "春", NUMBER, "新生村"):
            assert secret not in shown
    assert len(two.shop.posted()) == 1
    [entry] = two.shop.entries()
    assert entry.payload is not None
    for secret in (NAME, NUMBER):
        assert secret.encode() not in entry.payload


def test_the_payees_card_may_be_taken_as_soon_as_it_is_read(two: Two) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        two.show(PAYEE)
        payer.wait_for("who:2")
        two.take()
        payer.touch("他人 田*生")
        payer.wait_for("check")
        assert payer.sight.view.phase is Phase.TALKING


def test_who_owes_nothing_is_told_in_words_that_give_nothing_away(two: Two) -> None:
    """She is insured as an employee: that is hers to tell."""
    with two.visit() as payer:
        ask_for_another(payer)
        two.show("liu-guilan")
        page = payer.wait_for("nothing-due:1")
        assert "现在没有要给他缴的" in page.text
        assert "可能已经缴过了，或者不参加居民医保" in page.text
        assert "刘" not in page.text
        payer.touch("知道了")
        assert people_on(payer.wait_for("who:2")) == ["本人 黄*仓 ￥400.00"]


def no_number(tmp_path: Path) -> Path:
    """A card that calls something its owner's number that has no form of one."""
    lines = (CARDS / f"{PAYEE}.toml").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("citizen_number")]
    file = tmp_path / "old.toml"
    file.write_text("\n".join((*kept, 'citizen_number = "H80010078020411"')) + "\n", "utf-8")
    return file


def pulled(tmp_path: Path) -> Path:
    file = tmp_path / "pulled.toml"
    text = (CARDS / f"{PAYEE}.toml").read_text("utf-8")
    file.write_text(text + '\n[[fault]]\nat = 4\ndoes = "pull"\n', "utf-8")
    return file


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("blank", "卡里还没有写入任何人的信息"),
        (no_number, "不是身份证号码"),
        (pulled, "还没有读完，卡就拿开了"),
    ],
)
def test_a_card_that_tells_nothing_of_its_owner_can_be_put_in_again(
    two: Two, tmp_path: Path, card: str | Callable[[Path], Path], says: str
) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        two.show(card if isinstance(card, str) else card(tmp_path))
        page = payer.wait_for("other-card-not-read:1")
        assert says in page.text
        assert "没有扣款" in page.text
        two.take()
        payer.touch("知道了")
        payer.wait_for("who:2")
        payer.touch("给别人缴")
        payer.wait_for("other-card:2")
        two.show(PAYEE)
        assert "他人 田*生 ￥400.00" in people_on(payer.wait_for("who:3"))


def test_a_childs_own_card_tells_its_mother_nothing_twice(two: Two, tmp_path: Path) -> None:
    lines = (CARDS / f"{PAYEE}.toml").read_text("utf-8").splitlines()
    child = next(one.file for one in everybody() if one.file.person.name == "陈小麦")
    told = {"citizen_number": child.person.number.text, "name": "陈小麦"}
    kept = [line for line in lines if line.partition(" ")[0] not in told]
    file = tmp_path / "child.toml"
    file.write_text("\n".join((*kept, *(f'{k} = "{v}"' for k, v in told.items()))) + "\n", "utf-8")
    with two.visit() as mother:
        ask_for_another(mother, "liu-guilan")
        two.show(file)
        shown = people_on(mother.wait_for("who:2"))
        assert shown == ["孩子 陈*禾 ￥400.00", "孩子 陈*麦 ￥400.00", "一起缴 ￥800.00"]


def test_who_changes_his_mind_goes_on_without_another_card(two: Two) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        payer.touch("不用了")
        assert people_on(payer.wait_for("who:2")) == ["本人 黄*仓 ￥400.00"]


def test_look_ups_are_few_and_the_last_one_counts_too(
    two: Two, open_centre: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom the last card showed can still be paid for; then there is no more, in this visit or the next."""
    monkeypatch.setattr(pay_resident_medical, "MAX_CARDS", 1)
    strict = replace(FEW, payees_of_session=Rate(1, timedelta(minutes=30)))
    two = replace(two, shop=replace(two.shop, centre=open_centre(limits=strict, clock=two.shop.centre.clock)))
    with two.visit() as payer:
        ask_for_another(payer)
        two.show(PAYEE)
        who = payer.wait_for("who:2")
        assert "他人 田*生 ￥400.00" in people_on(who)
        assert "一次只能查几个人" in str(who.offer("给别人缴").unavailable)
        two.take()
        payer.touch("不缴了")
        payer.wait_for("overview")
        payer.touch("缴居民医保")
        payer.wait_for("who")
        payer.touch("给别人缴")
        payer.wait_for("other-card:1")
        two.show(PAYEE)
        page = payer.wait_for("asked-too-often:1")
        assert "今天不能再查别人的了" in page.text
        assert "没有扣款" in page.text
        assert payer.sight.view.status.network.value == "good", "the line is well"


def test_with_one_reader_it_is_grey_and_says_why(shop: Shop) -> None:
    with shop.visit() as payer:
        payer.insert(PAYER)
        payer.wait_for("overview")
        payer.touch("缴居民医保")
        offer = payer.wait_for("who").offer("给别人缴")
        assert "只有一个读卡器" in str(offer.unavailable)


def test_without_the_centre_nobody_else_can_be_looked_up(two: Two) -> None:
    with two.visit() as payer:
        payer.insert(PAYER)
        payer.wait_for("overview")
    with two.visit(centre={"url": "http://127.0.0.1:9"}) as payer:
        payer.insert(PAYER)
        payer.wait_for("overview")
        payer.touch("缴居民医保")
        offer = payer.wait_for("who").offer("给别人缴")
        assert "连不上社保中心" in str(offer.unavailable)


def test_the_payers_card_taken_ends_it_though_the_others_is_in(two: Two) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        two.show(PAYEE)
        payer.wait_for("who:2")
        payer.pull()
        payer.wait_for_phase(Phase.OVER)
        assert payer.overs == [True], "the next front is told of the card that is left"
        hand = payer.hand
    settings = two.shop.settings_with(**BOTH)  # type: ignore[arg-type]
    with Resident(settings, two.shop.environment, hand, card_forgotten=True) as nobody:
        nobody.wait_for_phase(Phase.LEFT_BEHIND)
        for view in nobody.views:
            assert "田" not in repr(view.due), "nobody's records for nobody"
        two.other.slot.remove()
        nobody.wait_for_phase(Phase.WAITING)
        nobody.insert(PAYER)
        assert "黄先生，您好" in nobody.wait_for("overview").text


def test_the_receipt_names_who_paid_and_for_whom(two: Two) -> None:
    with two.visit() as payer:
        ask_for_another(payer)
        two.show(PAYEE)
        payer.wait_for("who:2")
        payer.touch("一起缴")
        payer.wait_for("check")
        payer.touch("没有错")
        payer.wait_for("how:")
        payer.touch("银行卡")
        present_card(two.shop.pad)
        payer.wait_for("printed")
        printed = next(
            entry.step.paper
            for frame in payer.conversation.frames
            for entry in frame.tape
            if entry.step.key.startswith("print:")
        )
    words = list(words_on(printed))
    for said in ("他人 田*生", "本人 黄*仓", "黄*仓"):
        assert any(said in one for one in words)
