"""An ID card at the terminal: it is laid, read, lifted; and a card without a number asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from resident import CARDS, Hands, Resident, Visit
from test_cards_at_the_terminal import assert_shows_nothing, changed

from drivers.cards.pcsc import look_at_readers
from drivers.virtual.card_file import load_card
from drivers.virtual.id_card import as_pcsc_card
from drivers.virtual.id_card_file import load_id_card
from drivers.virtual.sam_v_pty import VirtualIdModule
from kiosk.conversation.phase import Phase
from kiosk.conversation.signs import Picture
from kiosk.conversation.view import Condition
from kiosk.domain.assurance import Evidence
from kiosk.records import Visitor

Lay = Callable[[str | Path], None]


@pytest.fixture
def module(tmp_path: Path) -> Iterator[VirtualIdModule]:
    with VirtualIdModule(tmp_path / "id-module") as module:
        yield module


@pytest.fixture
def with_module(module: VirtualIdModule) -> Mapping[str, Mapping[str, object]]:
    """The settings of a terminal that has it."""
    return {"id_reader": {"device": str(module.link)}}


@pytest.fixture
def lay(module: VirtualIdModule) -> Lay:
    def lay(card: str | Path) -> None:
        file = card if isinstance(card, Path) else CARDS / f"{card}.toml"
        module.mechanism.lay(load_id_card(file))

    return lay


@pytest.fixture
def resident(at_terminal: Visit, with_module: Mapping[str, Mapping[str, object]]) -> Iterator[Resident]:
    with at_terminal(more=with_module) as resident:
        resident.wait(lambda sight: sight.view.status.id_reader is Condition.GOOD, "the module")
        yield resident


def visitor(resident: Resident) -> Visitor:
    (about,) = (frame.about for frame in resident.conversation.frames if frame.service.id == "overview")
    (who,) = about
    assert isinstance(who, Visitor)
    return who


@pytest.mark.parametrize(
    ("card", "greeting"),
    [
        ("id-liu-guilan", "刘女士，您好"),
        ("id-he-jingyi", "何女士，您好"),
        ("id-dubois", "杜先生，您好"),
        ("id-harper", "HARPER女士，您好"),
    ],
)
def test_a_laid_id_card_opens_its_owners_records_with_the_modules_evidence(
    resident: Resident, lay: Lay, card: str, greeting: str
) -> None:
    lay(card)
    assert greeting in resident.wait_for("overview").text
    assert visitor(resident).resident.evidence is Evidence.SAM_ID


def test_a_foreign_resident_whose_record_is_in_latin_letters_has_a_chinese_name_on_the_card(
    resident: Resident, lay: Lay, tmp_path: Path
) -> None:
    lay(changed(tmp_path, "id-harper", 'name = "夏海伦"'))
    assert "HARPER女士，您好" in resident.wait_for("overview").text
    for secret in ("夏海伦", "HELEN"):
        assert secret not in repr(visitor(resident).card)


def test_a_lifted_id_card_ends_nothing_and_a_touch_ends_all(
    resident: Resident, lay: Lay, module: VirtualIdModule
) -> None:
    lay("id-liu-guilan")
    resident.wait_for("overview")
    module.mechanism.lift()
    resident.wait(lambda _: resident.runner._session.presence is None, "the lifting to be noticed")
    assert resident.sight.key == "overview"
    resident.leave()
    resident.wait_for_phase(Phase.OVER)
    assert resident.overs == [False]


def test_an_id_card_that_stays_is_asked_to_be_taken(
    resident: Resident, lay: Lay, module: VirtualIdModule
) -> None:
    lay("id-liu-guilan")
    resident.wait_for("overview")
    resident.leave()
    page = resident.wait_for_phase(Phase.TAKE_CARD)
    assert page.view.laid_card
    module.mechanism.lift()
    resident.wait_for_phase(Phase.OVER)
    assert resident.overs == [False]


def test_an_id_card_lifted_too_early_is_asked_for_again_and_read_then(
    resident: Resident, lay: Lay, module: VirtualIdModule, tmp_path: Path
) -> None:
    lay(changed(tmp_path, "id-liu-guilan", '[[fault]]\nat = 2\ndoes = "pull"'))
    page = resident.wait_for("card:moved")
    assert "请再放一次" in page.text
    module.mechanism.lift()
    lay("id-liu-guilan")
    assert "刘女士，您好" in resident.wait_for("overview").text


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        ('does = "checksum"', "card:id_unreadable"),
        ('does = "status"\nsw3 = "31"', "card:id_unreadable"),
        ('does = "silence"', "card:id_unreadable"),
    ],
)
def test_an_id_card_that_cannot_be_read_has_a_page_that_says_what_to_do(
    resident: Resident, lay: Lay, tmp_path: Path, fault: str, key: str
) -> None:
    lay(changed(tmp_path, "id-liu-guilan", f"[[fault]]\nat = 3\n{fault}"))
    page = resident.wait_for(key)
    assert "社会保障卡" in page.text, "there is another way"
    assert_shows_nothing(resident)


def test_an_expired_id_card_is_told_so(resident: Resident, lay: Lay) -> None:
    lay("id-expired")
    assert "不在有效期内" in resident.wait_for("card:id_expired").text
    assert_shows_nothing(resident)


def test_a_card_without_a_number_that_the_centre_does_not_know_asks_for_the_id_card(
    resident: Resident, lay: Lay
) -> None:
    resident.insert("third-generation")
    page = resident.wait_for("id-card")
    assert getattr(page.view.due, "picture", None) is Picture.LAY_ID_CARD
    assert_shows_nothing(resident)
    lay("id-liu-guilan")
    assert "刘女士，您好" in resident.wait_for("overview").text
    assert visitor(resident).resident.evidence is Evidence.SAM_ID


def test_what_was_wrong_with_the_id_card_is_said_and_it_is_asked_for_again(
    resident: Resident, lay: Lay, module: VirtualIdModule, tmp_path: Path
) -> None:
    resident.insert("third-generation")
    resident.wait_for("id-card")
    lay(changed(tmp_path, "id-liu-guilan", '[[fault]]\nat = 2\ndoes = "pull"'))
    page = resident.wait_for("id-card-again")
    assert "还没有读完，卡就拿开了" in page.text
    assert "这不是身份证" not in page.text
    module.mechanism.lift()
    lay("id-expired")
    page = resident.wait_for("id-card-elsewhere")
    assert "不在有效期内" in page.text
    assert "请带身份证和这张卡到窗口" in page.text, "the card in the slot does not do by itself"


def test_nothing_leads_back_to_the_question_whose_card_it_is(resident: Resident, lay: Lay) -> None:
    resident.insert("third-generation")
    resident.wait_for("id-card")
    lay("id-liu-guilan")
    assert not resident.wait_for("overview").view.can_go_back


def test_another_social_security_card_is_not_taken_for_the_id_card(
    at_terminal: Visit, with_module: Mapping[str, Mapping[str, object]], hands: Hands
) -> None:
    hand, other = hands.free(), hands.free()
    more = {**with_module, "reader": {"name_contains": "Virtual PCD"}}
    with at_terminal(more=more, hand=hand) as resident:
        resident.insert("third-generation")
        resident.wait_for("id-card")
        other.slot.insert(load_card(CARDS / "liu-guilan.toml"))
        page = resident.wait_for("id-card-again")
        assert "这不是身份证" in page.text
        assert_shows_nothing(resident)
        other.slot.remove()


def test_an_id_card_opens_its_own_snapshot_where_the_centre_is_away(
    at_terminal: Visit, with_module: Mapping[str, Mapping[str, object]], lay: Lay, module: VirtualIdModule
) -> None:
    with at_terminal(more=with_module) as resident:
        lay("id-liu-guilan")
        resident.wait_for("overview")
    module.mechanism.lift()
    with at_terminal(more=with_module, url="http://127.0.0.1:9") as resident:
        resident.insert("third-generation")
        resident.wait_for("id-card")
        lay("id-liu-guilan")
        assert "保存的记录" in resident.wait_for("overview").text
        assert visitor(resident).resident.evidence is Evidence.CARD_READ


def test_who_has_no_id_card_with_him_is_told_where_to_go(resident: Resident) -> None:
    resident.insert("third-generation")
    resident.wait_for("id-card")
    resident.touch("没有带身份证")
    page = resident.wait_for("id-card-elsewhere")
    assert "没有扣款" in page.text
    assert "电话" in page.text


def test_without_a_module_such_a_card_is_sent_to_the_office(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert("third-generation")
        assert "请带身份证和这张卡到窗口" in resident.wait_for("id-card-elsewhere").text


def test_a_module_that_does_not_answer_is_told_and_keeps_nobody_with_a_card_out(
    resident: Resident, module: VirtualIdModule
) -> None:
    module.unplug()
    resident.wait(lambda sight: sight.view.status.id_reader is Condition.BAD, "the module to be missed")
    resident.insert("liu-guilan")
    assert "刘女士，您好" in resident.wait_for("overview").text


def test_an_id_card_laid_on_the_page_of_a_card_that_cannot_be_read_begins_its_own_visit(
    resident: Resident, lay: Lay
) -> None:
    resident.insert("library")
    assert "把身份证放在感应区" in resident.wait_for("card:unknown").text
    lay("id-liu-guilan")
    assert "刘女士，您好" in resident.wait_for("overview").text
    resident.pull()
    resident.wait(lambda _: not resident.runner._session.others_in, "the other card to be gone")
    assert resident.sight.key == "overview", "the library card was not the session's any more"


def test_a_mother_pays_for_her_neighbour_by_his_id_card(resident: Resident, lay: Lay) -> None:
    resident.insert("liu-guilan")
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch("给别人缴")
    assert "身份证平放在感应区" in resident.wait_for("other-card:1").text
    lay("id-huang-mancang")
    assert "黄*仓" in resident.wait_for("who:2").text


def test_ones_own_id_card_is_told_so(resident: Resident, lay: Lay) -> None:
    resident.insert("liu-guilan")
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch("给别人缴")
    resident.wait_for("other-card:1")
    lay("id-liu-guilan")
    assert "这是您自己的卡" in resident.wait_for("own-card:1").text


def test_what_is_wrong_with_a_payees_id_card_is_said(resident: Resident, lay: Lay) -> None:
    resident.insert("liu-guilan")
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch("给别人缴")
    page = resident.wait_for("other-card:1")
    assert "读卡器" not in page.text, "there is no other slot"
    assert getattr(page.view.due, "picture", None) is Picture.LAY_ID_CARD
    lay("id-expired")
    page = resident.wait_for("other-card-not-read:1")
    assert "不在有效期内" in page.text
    assert "没有扣款" in page.text


def test_whoever_pays_by_id_card_is_not_told_of_a_card_in_a_slot(resident: Resident, lay: Lay) -> None:
    lay("id-huang-mancang")
    resident.wait_for("overview")
    resident.touch("缴居民医保")
    resident.wait_for("who")
    resident.touch("给别人缴")
    page = resident.wait_for("other-card:1")
    assert "不要取出" not in page.text
    assert "社保卡" in page.text, "the slot is free"


def test_a_card_that_is_in_at_the_start_knows_of_the_module(
    at_terminal: Visit, with_module: Mapping[str, Mapping[str, object]], hands: Hands
) -> None:
    hand = hands.free()
    hand.slot.insert(load_card(CARDS / "third-generation.toml"))
    wait_until(lambda: any(s.holds_card for s in look_at_readers() if s.reader == hand.reader))
    with at_terminal(more=with_module, hand=hand) as resident:
        assert "身份证平放在感应区" in resident.wait_for("id-card").text


@pytest.mark.parametrize("believed", [False, True])
def test_only_a_reader_that_has_the_module_is_believed_that_a_card_is_an_id_card(
    at_terminal: Visit, hands: Hands, *, believed: bool
) -> None:
    hand = hands.free()
    named = {"name_contains": hand.reader, "id_module_in": hand.reader if believed else ""}
    with at_terminal(more={"reader": named}, hand=hand) as resident:
        hand.slot.insert(as_pcsc_card(load_id_card(CARDS / "id-liu-guilan.toml")))
        if believed:
            assert "刘女士，您好" in resident.wait_for("overview").text
            assert visitor(resident).resident.evidence is Evidence.SAM_ID
        else:
            resident.wait_for("card:unknown")
            assert_shows_nothing(resident)


def test_who_was_not_let_in_by_one_card_may_try_another_at_once(resident: Resident, lay: Lay) -> None:
    resident.insert("zhou-zhiqiang")
    resident.wait_for("refused:/problems/card-revoked")
    lay("id-liu-guilan")
    assert "刘女士，您好" in resident.wait_for("overview").text


def test_an_id_card_that_was_left_behind_keeps_the_next_front_from_inviting_anybody(
    at_terminal: Visit, with_module: Mapping[str, Mapping[str, object]], lay: Lay, module: VirtualIdModule
) -> None:
    with at_terminal(more=with_module) as resident:
        lay("id-liu-guilan")
        resident.wait_for("overview")
        resident.leave()
        resident.wait_for_phase(Phase.TAKE_CARD)
        resident.skip(31)
        resident.wait_for_phase(Phase.OVER)
        assert resident.overs == [True]
    with at_terminal(more=with_module, card_forgotten=True) as resident:
        page = resident.wait_for_phase(Phase.LEFT_BEHIND)
        assert page.view.laid_card
        module.mechanism.lift()
        resident.wait_for_phase(Phase.WAITING)
        lay("id-huang-mancang")
        assert "黄先生，您好" in resident.wait_for("overview").text


def test_a_module_that_goes_while_it_reads_is_not_the_residents_fault(
    resident: Resident, lay: Lay, module: VirtualIdModule, tmp_path: Path
) -> None:
    lay(changed(tmp_path, "id-liu-guilan", '[[fault]]\nat = 3\ndoes = "wait"\nms = 2000'))
    resident.wait(lambda sight: sight.key.startswith("look:Cards.read"), "the reading")
    time.sleep(0.8)
    module.unplug()
    page = resident.wait_for("card:busy")
    assert "可能是读卡器没有回答" in page.text
