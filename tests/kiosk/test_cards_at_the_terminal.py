"""Which cards are let in, and what the others are told; nothing of a record for those that are not."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from resident import CARDS, Hands, Resident, Visit

from drivers.cards import authentication
from drivers.cards.authentication import CardKeyContext, Question
from drivers.virtual.card_file import load_card
from drivers.virtual.software_authenticator import SoftwareAuthenticator
from kiosk.conversation.phase import Phase
from kiosk.device_status import read_device_status
from kiosk.domain.assurance import Evidence
from kiosk.records import Visitor

OF_NO_RECORD = ("缴至", "累计", "参保缴费", "职工养老", "￥")
NAMES = ("孙丽", "王秀英", "周志强", "何来宝", "杨帆")


def assert_shows_nothing(resident: Resident) -> None:
    """Neither on the page nor on any before it."""
    shown = "\n".join(repr(view.due) for view in resident.views) + resident.sight.text
    for word in (*OF_NO_RECORD, *NAMES):
        assert word not in shown


@pytest.mark.parametrize(
    ("card", "key", "says"),
    [
        ("sun-lihua", "refused:/problems/identity-conflict", "卡上的信息和档案对不上"),
        ("wang-xiuying", "refused:/problems/identity-conflict", "两边的记录都不显示"),
        ("zhou-zhiqiang", "refused:/problems/card-revoked", "这张卡已经挂失或注销"),
        ("stranger", "refused:/problems/not-found", "没有查到这张卡的参保记录"),
        ("expired", "card:expired", "这张卡已经过期"),
        ("blank", "card:blank", "这是一张空白的社保卡"),
        ("library", "card:unknown", "这张卡不是社会保障卡"),
        ("bank-card", "card:bank_card", "这是一张银行卡"),
        ("wrong-way", "card:wrong_way", "卡可能插反了"),
    ],
)
def test_a_card_that_is_not_let_in_is_told_why_and_shown_nothing(
    at_terminal: Visit, card: str, key: str, says: str
) -> None:
    with at_terminal() as resident:
        resident.insert(card)
        page = resident.wait_for(key)
        assert says in page.text
        assert "请" in page.text, "it says what to do"
        assert not page.view.can_go_back
        assert_shows_nothing(resident)
        resident.touch("知道了")
        resident.wait_for_phase(Phase.TAKE_CARD)
        resident.pull()
        resident.wait_for_phase(Phase.OVER)


def changed(tmp_path: Path, card: str, *lines: str, without: str = "") -> Path:
    """A card of the tray with other lines."""
    kept = [
        line
        for line in (CARDS / f"{card}.toml").read_text("utf-8").splitlines()
        if not (without and line.startswith(without))
    ]
    file = tmp_path / "card.toml"
    file.write_text("\n".join((*kept, *lines)) + "\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("lines", "without", "key"),
    [
        (('citizen_number = "800100810231024"',), "citizen_number", "refused:/problems/identity-conflict"),
        (('citizen_number = "H08000000000000001"',), "citizen_number", "refused:/problems/identity-conflict"),
        (('[[fault]]\nat = 2\ndoes = "status"\nstatus = "6983"',), "", "card:locked"),
        (('[[fault]]\nat = 3\ndoes = "answer"\nbytes = "1234569000"',), "", "card:damaged"),
    ],
)
def test_a_card_that_answers_oddly_has_a_page_too(
    at_terminal: Visit, tmp_path: Path, lines: tuple[str, ...], without: str, key: str
) -> None:
    with at_terminal() as resident:
        resident.insert(changed(tmp_path, "liu-guilan", *lines, without=without))
        assert "请" in resident.wait_for(key).text
        assert_shows_nothing(resident)


def test_a_small_check_character_on_the_card_is_the_same_number(at_terminal: Visit, tmp_path: Path) -> None:
    """孙丽花's card with her right name, and the x as some issuers wrote it."""
    file = changed(tmp_path, "sun-lihua", 'name = "孙丽花"', without="name")
    file.write_text(file.read_text("utf-8").replace('citizen_number = "80010019791103062X"\n', ""), "utf-8")
    small = b"80010019791103062x".hex().upper()
    file.write_text(file.read_text("utf-8") + f'[records]\n"06/08" = "{small}"\n', "utf-8")
    with at_terminal() as resident:
        resident.insert(file)
        assert "孙女士，您好" in resident.wait_for("overview").text


def test_a_card_that_never_answers_is_given_up(
    at_terminal: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.card_reading.READ_LIMIT_S", 0.5)
    silent = changed(tmp_path, "liu-guilan", '[[fault]]\nat = 2\ndoes = "silence"')
    with at_terminal() as resident:
        resident.insert(silent)
        page = resident.wait(lambda sight: sight.key.startswith(("card:", "broken")))
        assert page.key == "card:busy"
        assert "读卡器没有回答" in page.text


@pytest.mark.parametrize("at", [1, 6])
def test_a_card_pulled_while_it_is_read_ends_the_session(at_terminal: Visit, tmp_path: Path, at: int) -> None:
    pulled = changed(tmp_path, "liu-guilan", f'[[fault]]\nat = {at}\ndoes = "pull"')
    with at_terminal() as resident:
        resident.insert(pulled)
        resident.wait_for_phase(Phase.OVER)
        assert_shows_nothing(resident)


def test_a_name_with_a_rare_character_is_greeted_and_printed(at_terminal: Visit) -> None:
    with at_terminal() as resident:
        resident.insert("luo-yan")
        assert "罗先生，您好" in resident.wait_for("overview").text
        resident.touch("打印权益记录")
        assert "罗䶮" in resident.wait_for("preview").text


def right_keys() -> SoftwareAuthenticator:
    """A plug-in: a module with the keys that the sample belongs to."""
    return SoftwareAuthenticator(bytes(range(16)))


def other_keys() -> SoftwareAuthenticator:
    """A plug-in: to these keys the sample is a copy."""
    return SoftwareAuthenticator(bytes(16))


class HalfKeys(SoftwareAuthenticator):
    """A plug-in whose key for the holder's file is wrong, as where an HSM has the keys of another region."""

    def __init__(self) -> None:
        super().__init__(bytes(range(16)))

    def terminal_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
        return bytes(8)


class Failing(SoftwareAuthenticator):
    """A plug-in whose module does not answer."""

    def __init__(self) -> None:
        super().__init__(bytes(range(16)))

    def card_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
        raise OSError("no such module")


WithKeys = Callable[[Callable[[], SoftwareAuthenticator]], Resident]


@pytest.fixture
def with_keys(at_terminal: Visit, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> WithKeys:
    """A resident at a terminal whose key module is this plug-in."""

    def visit(plug_in: Callable[[], SoftwareAuthenticator]) -> Resident:
        one = EntryPoint("psam", f"{__name__}:{plug_in.__name__}", authentication.PLUG_INS)
        monkeypatch.setattr(authentication, "entry_points", EntryPoints((one,)).select)
        hand = hands.free()
        reader = {"name_contains": hand.reader, "authenticator": "psam"}
        return at_terminal(more={"reader": reader}, hand=hand)

    return visit


@pytest.fixture
def card_with_keys(tmp_path: Path) -> Path:
    """刘桂兰's, of generation 3: it gives number and name to a terminal that proves itself."""
    sample = (CARDS.parents[1] / "tests" / "cards" / "data" / "third_generation_3des.toml").read_text("utf-8")
    file = tmp_path / "card-with-keys.toml"
    hers = sample.replace("800100199002280026", "800100198103120242").replace("测试丙", "刘桂兰")
    file.write_text(hers, "utf-8")
    return file


def test_a_card_that_cannot_prove_itself_is_shown_nothing(with_keys: WithKeys, card_with_keys: Path) -> None:
    with with_keys(other_keys) as resident:
        resident.insert(card_with_keys)
        page = resident.wait_for("card:not_genuine")
        assert "这张卡没有通过验证" in page.text
        assert "请带身份证和卡到社保窗口核对" in page.text
        assert_shows_nothing(resident)


def test_a_card_that_proves_itself_opens_and_its_proof_is_a_claim_until_the_centre_takes_it(
    with_keys: WithKeys, card_with_keys: Path
) -> None:
    with with_keys(right_keys) as resident:
        resident.insert(card_with_keys)
        assert "刘女士，您好" in resident.wait_for("overview").text
        (who,) = (
            one
            for frame in resident.conversation.frames
            for one in frame.about
            if isinstance(one, Visitor) and frame.service.id == "overview"
        )
    assert who.card.evidence is Evidence.CARD_AUTHENTICATED
    assert who.resident.evidence is Evidence.CARD_READ


def test_a_wrong_key_is_tried_on_one_card_only_whichever_front_meets_the_next(
    with_keys: WithKeys, card_with_keys: Path
) -> None:
    """Each wrong proof wears a citizen's card: after three of them its key is locked for good."""
    card = load_card(card_with_keys)
    for _ in range(4):
        with with_keys(HalfKeys) as resident:
            resident.hand.slot.insert(card)
            assert "要有身份证才能查" in resident.wait_for("id-card-elsewhere").text
            why = read_device_status(resident.settings.terminal.run_dir)
            assert why is not None
            assert "a genuine card refused the terminal's proof (63C2" in why.why
            resident.pull()
    (kept,) = (resident.settings.terminal.run_dir).glob("card-proofs-stopped")
    kept.unlink()
    with with_keys(right_keys) as resident:
        resident.hand.slot.insert(card)
        assert "刘女士，您好" in resident.wait_for("overview").text, "two tries of the card are left"


def test_a_key_module_that_fails_keeps_no_card_from_being_read(
    with_keys: WithKeys, card_with_keys: Path
) -> None:
    with with_keys(Failing) as resident:
        resident.insert(card_with_keys)
        assert "要有身份证才能查" in resident.wait_for("id-card-elsewhere").text
