"""Cards described in TOML: what a technician may write, and what a wrong file says."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until

from drivers.cards.channel import CardChannel, CardPulled
from drivers.cards.pcsc import Slot, look_at_readers, with_card
from drivers.cards.social_security import (
    CardFault,
    CardRead,
    NotASocialSecurityCard,
    Outcome,
    Unreadable,
    read_social_security_card,
)
from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import Answer, Pull, Silence, VirtualCard
from drivers.virtual.pcsc_service import PrivatePcscd
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"
EXAMPLE = (DATA / "second_generation.toml").read_text("utf-8")
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
READ_CARD_ID = bytes.fromhex("00B2012812")


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(text, "utf-8")
    return path


NO_NAME: tuple[type[Outcome], str | None] = (CardRead, None)
EXAMPLES: dict[str, tuple[type[Outcome], str | None]] = {
    "bank_only": (NotASocialSecurityCard, None),
    "by_position": (CardRead, "测试己"),
    "contactless": (CardRead, "测试戊"),
    "first_generation": (CardRead, "测试乙"),
    "locked": (CardFault, None),
    "pin_locked": (CardRead, "测试丁"),
    "rare_characters": (CardRead, "一二三四五六七八九十甲乙丙A𠮷㐀"),
    "second_generation": (CardRead, "欧阳测试"),
    "select_00": (CardRead, "测试辛"),
    "select_02": (CardRead, "测试庚"),
    "swapped": (CardFault, None),
    "third_generation": NO_NAME,
    "third_generation_3des": NO_NAME,
    "third_generation_sm4": NO_NAME,
}
"""What an ordinary terminal makes of each, and the name it reads."""


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_the_example_cards_read_as_they_are_meant_to(path: Path) -> None:
    kind, name = EXAMPLES[path.stem]
    outcome = read_social_security_card(CardInHand(load_card(path)))
    assert isinstance(outcome, kind)
    assert not isinstance(outcome, CardRead) or outcome.card.name == name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('nmae = "甲"', "nmae: no such key; allowed are kind, generation, atr, card_id"),
        ("generation = 4", "generation: Input should be 1, 2 or 3"),
        ('kind = "bank"', "kind: Input should be 'social-security', 'other' or 'mute'"),
        ('card_id = "8001"', "card_id: write 16 bytes, these are 2"),
        ('card_id = "80010x"', "card_id: write pairs of hexadecimal digits in quotes"),
        ("atr = 3", "atr: write pairs of hexadecimal digits in quotes"),
        ('expires = "20280601"', "expires: Input should be a valid date"),
        ('sex = "male"', "sex: String should match pattern"),
        ("sex = 1", "sex: Input should be a valid string"),
        ('citizen_number = "80010019850312002Ｘ"', "citizen_number: String should match pattern"),
        (f'name = "{"甲" * 26}"', "the card: `name` has more than 50 bytes in GB 18030"),
        (f'generation = 1\nname = "{"甲" * 16}"', "the card: `name` has more than 30 bytes in GB 18030"),
        ('[behaviour]\nread_by = ["name"]', "behaviour.read_by.1: Input should be 'tag' or 'position'"),
        ("[behaviour]\ndelay = 3", "behaviour.delay: no such key; allowed are fci, algorithm"),
        ('[[fault]]\nat = 0\ndoes = "pull"', "fault.1.at: Input should be greater than or equal to 1"),
        ('[[fault]]\nat = 1\ndoes = "burn"', "fault.1.does: Input should be 'pull', 'silence', 'wait'"),
        ('[[fault]]\nat = 1\ndoes = "wait"', "fault.1: `wait` needs `ms`"),
        ('[[fault]]\nat = 1\ndoes = "pull"\nms = 3', "fault.1: `wait` needs `ms`"),
        ('[[fault]]\nat = 1\ndoes = "status"\nstatus = "6F"', "fault.1: a status word has two bytes"),
        ('[[fault]]\nat = 1\ndoes = "garbage"', "`garbage` needs `seed`"),
        ('[[fault]]\nat = 1\ndoes = "swap"', "`swap` needs `with`"),
        ('[[fault]]\nat = 1\ndoes = "mute"\nwith = "a.toml"', "`swap` needs `with`; no others"),
        ('[[fault]]\nat = 1\ndoes = "swap"\nwith = "none.toml"', "with: none.toml: No such file"),
        ('[[fault]]\nat = 1\ndoes = "swap"\nwith = "card.toml"', "with: the card there is itself swapped"),
        (
            '[[fault]]\nat = 1\ndoes = "pull"\nwhere = 3',
            "fault.1.where: no such key; allowed are at, does, ms",
        ),
        ('pin = "123456"', "pin: Input should be a valid dictionary"),
        ('[pin]\ndigits = "12345"', "pin.digits: String should match pattern"),
        ('[pin]\ndigits = "123456"\ntries = 16', "pin.tries: Input should be less than or equal to 15"),
        ('[pin]\ndigit = "123456"', "pin.digit: no such key; allowed are digits, tries, tells_tries"),
        ('[keys]\nauthentication = "00"', "keys.authentication: write 16 bytes, these are 1"),
        (f'[keys]\nauthentication = "{"00" * 16}"', "the card: `keys` need a `card_id`"),
        (
            f'card_id = "{"80" * 16}"\n[behaviour]\nalgorithm = 2\n[keys]\nauthentication = "{"00" * 16}"',
            "the card: `keys` need the algorithm 1 (3DES) or 3 (SM4)",
        ),
        (
            '[bank]\npan = "6299990000000008"\nexpires = 2031-12-31',
            "bank.pan: this is a card number whose check",
        ),
        ('[bank]\npan = "62"\nexpires = 2031-12-31', "bank.pan: this is no card number of 12 to 19 digits"),
        ('[bank]\npan = "6299990000000009"', "bank.expires: Field required"),
        ('[bank]\nkind = "gold"', "bank.kind: Input should be 'debit' or 'credit'"),
        ('[behaviour]\napplication = "gone"', "behaviour.application: Input should be 'usable', 'locked'"),
        ('[records]\n"09" = "41"', "the card: `records` has '09': write file and tag"),
        ("= 3", "not TOML"),
    ],
)
def test_a_wrong_file_names_itself_the_key_and_what_is_allowed(
    tmp_path: Path, text: str, problem: str
) -> None:
    path = _file(tmp_path, text)
    with pytest.raises(CardFileError) as caught:
        load_card(path)
    assert problem in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'citizen_number = "800100-1985-03-12"',
        '[pin]\ndigits = "1985 03"',
        '[keys]\nauthentication = "1985"',
        '[bank]\npan = "1985031219850313"\nexpires = 2031-12-31',
    ],
)
def test_a_wrong_file_does_not_repeat_the_value(tmp_path: Path, text: str) -> None:
    with pytest.raises(CardFileError) as caught:
        load_card(_file(tmp_path, text))
    assert "1985" not in str(caught.value)


def test_a_file_that_is_not_utf8_is_no_card(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_bytes('name = "甲"'.encode("gbk"))
    with pytest.raises(CardFileError, match="not TOML"):
        load_card(path)


def test_faults_come_at_their_command_and_again_at_the_next_stay(tmp_path: Path) -> None:
    card = load_card(
        _file(
            tmp_path,
            EXAMPLE
            + """
            [[fault]]
            at = 2
            does = "answer"
            bytes = "DE AD"
            [[fault]]
            at = 3
            does = "wait"
            ms = 1500
            [[fault]]
            at = 4
            does = "silence"
            [[fault]]
            at = 5
            does = "pull"
            """,
        )
    )
    for _ in range(2):
        card.insert()
        assert card.answer(SELECT) == Answer(bytes.fromhex("6113"))
        assert card.answer(READ_CARD_ID) == Answer(b"\xde\xad")
        slow = card.answer(READ_CARD_ID)
        assert isinstance(slow, Answer)
        assert slow.after == 1.5
        assert isinstance(card.answer(READ_CARD_ID), Silence)
        assert isinstance(card.answer(READ_CARD_ID), Pull)


def _with_fault(tmp_path: Path, fault: str) -> VirtualCard:
    """The example card with this at its second command."""
    return load_card(_file(tmp_path, f"{EXAMPLE}\n[[fault]]\nat = 2\n{fault}"))


def _second_answer(card: VirtualCard) -> bytes:
    card.insert()
    card.answer(SELECT)
    answer = card.answer(READ_CARD_ID)
    assert isinstance(answer, Answer)
    return answer.data


def test_garbage_is_the_same_for_the_same_seed_and_no_true_answer(tmp_path: Path) -> None:
    garbage = [
        _second_answer(_with_fault(tmp_path, f'does = "garbage"\nseed = {seed}')) for seed in (1, 1, 2)
    ]
    true_answer = _second_answer(load_card(DATA / "second_generation.toml"))
    assert garbage[0] == garbage[1]
    assert len({*garbage, true_answer}) == 3
    assert all(2 <= len(answer) <= 258 for answer in garbage)


def test_a_wrong_length_within_is_a_byte_too_long(tmp_path: Path) -> None:
    true_answer = _second_answer(load_card(DATA / "second_generation.toml"))
    answer = _second_answer(_with_fault(tmp_path, 'does = "length"'))
    assert (answer[1], answer[:1] + answer[2:]) == (true_answer[1] + 1, true_answer[:1] + true_answer[2:])


def test_a_card_that_goes_mute_stays_so_until_it_is_put_in_again(tmp_path: Path) -> None:
    card = _with_fault(tmp_path, 'does = "mute"')
    usual = card.atr
    assert _second_answer(card) == b"\x6f"
    card.reset()
    assert card.answer(SELECT) == Answer(b"\x6f")
    assert len(card.atr) > 33
    card.insert()
    assert card.atr == usual
    assert card.answer(SELECT) == Answer(bytes.fromhex("6113"))


def test_a_swapped_card_answers_as_the_other_one_just_put_in_until_the_next_stay() -> None:
    card = load_card(DATA / "swapped.toml")
    first = CardInHand(card)
    first.send_and_receive(SELECT)
    own = [first.send_and_receive(READ_CARD_ID) for _ in range(2)]
    assert first.send_and_receive(READ_CARD_ID) == bytes.fromhex("6D00")
    first.send_and_receive(SELECT)
    others = first.send_and_receive(READ_CARD_ID)
    assert others not in own
    again = CardInHand(card)
    again.send_and_receive(SELECT)
    assert again.send_and_receive(READ_CARD_ID) == own[0]


@pytest.mark.parametrize("does", ['does = "mute"', 'does = "garbage"\nseed = 7', 'does = "length"'])
def test_the_real_service_brings_each_fault_to_an_outcome_and_reads_the_next_card(
    tmp_path: Path, slot: VirtualSlot, does: str
) -> None:
    def read(channel: CardChannel) -> Outcome:
        return read_social_security_card(channel)

    slot.insert(_with_fault(tmp_path, does))
    wait_until(lambda: look_at_readers()[0].slot is Slot.CARD)
    # Garbage ends in two bytes that may pass for a refusal.
    assert isinstance(with_card(FIRST_READER, read), Unreadable | CardFault)
    slot.remove()
    wait_until(lambda: look_at_readers()[0].slot is Slot.EMPTY)
    slot.insert(load_card(DATA / "second_generation.toml"))
    wait_until(lambda: look_at_readers()[0].slot is Slot.CARD)
    assert isinstance(with_card(FIRST_READER, read), CardRead)


def test_a_reset_deselects_the_application() -> None:
    card = load_card(DATA / "second_generation.toml")
    channel = CardInHand(card)
    channel.send_and_receive(SELECT)
    assert channel.send_and_receive(READ_CARD_ID).endswith(b"\x90\x00")
    card.reset()
    assert not channel.send_and_receive(READ_CARD_ID).endswith(b"\x90\x00")


def test_a_card_is_put_in_by_hand_and_pulled_with_ctrl_c(pcscd: PrivatePcscd) -> None:
    file = str(DATA / "second_generation.toml")
    holding = subprocess.Popen(
        [sys.executable, "-m", "drivers.virtual.slot", "--card", file, "--port", str(pcscd.ports[0])],
        stdout=subprocess.PIPE,
    )

    def read(channel: CardChannel) -> Outcome:
        return read_social_security_card(channel)

    try:
        wait_until(lambda: look_at_readers()[0].holds_card)
        assert isinstance(with_card(FIRST_READER, read), CardRead)
        holding.send_signal(signal.SIGINT)
        said, _ = holding.communicate(timeout=10)
    finally:
        holding.kill()
    assert b"second_generation.toml is in the slot" in said
    assert holding.returncode == 0
    wait_until(lambda: not look_at_readers()[0].holds_card)
    with pytest.raises(CardPulled):
        with_card(FIRST_READER, read)


def test_a_wrong_file_on_the_command_line_is_an_error_and_no_traceback(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "drivers.virtual.slot", "--card", str(_file(tmp_path, "generation = 9"))],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "generation: Input should be 1, 2 or 3" in ended.stderr
    assert "Traceback" not in ended.stderr
