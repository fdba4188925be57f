"""Cards described in TOML: what a technician may write, and what a wrong file says."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until

from drivers.cards.channel import CardChannel, CardPulled
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.social_security import CardRead, Outcome, read_social_security_card
from drivers.virtual.card_file import CardFileError, load_card
from drivers.virtual.cards import Answer, Pull, Silence
from drivers.virtual.pcsc_service import PrivatePcscd

DATA = Path(__file__).parent / "data"
EXAMPLE = (DATA / "second_generation.toml").read_text("utf-8")
READ_CARD_ID = bytes.fromhex("00B2012812")


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "card.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_the_example_cards_read(path: Path) -> None:
    card = load_card(path)
    assert isinstance(read_social_security_card(CardInHand(card)), CardRead)


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


def test_a_wrong_file_does_not_repeat_the_value(tmp_path: Path) -> None:
    with pytest.raises(CardFileError) as caught:
        load_card(_file(tmp_path, 'citizen_number = "800100-1985-03-12"'))
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
    select = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
    for _ in range(2):
        card.insert()
        assert card.answer(select) == Answer(bytes.fromhex("6113"))
        assert card.answer(READ_CARD_ID) == Answer(b"\xde\xad")
        slow = card.answer(READ_CARD_ID)
        assert isinstance(slow, Answer)
        assert slow.after == 1.5
        assert isinstance(card.answer(READ_CARD_ID), Silence)
        assert isinstance(card.answer(READ_CARD_ID), Pull)


def test_a_reset_deselects_the_application() -> None:
    card = load_card(DATA / "second_generation.toml")
    channel = CardInHand(card)
    channel.send_and_receive(bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF"))
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
