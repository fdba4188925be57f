"""OpenSC's own client beside ours, through the same service: it gets the same bytes from the same card."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from fixtures.pcsc import FIRST_READER, SECOND_READER, wait_until

from drivers.cards.apdu import Command, transmit_whole
from drivers.cards.application import APPLICATION_ID
from drivers.cards.channel import CardChannel
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.virtual.card_file import load_card
from drivers.virtual.cards import VirtualCard
from drivers.virtual.slot import VirtualSlot

DATA = Path(__file__).parent / "data"
LIMIT_S = 20
SELECT = Command(0x00, 0xA4, 0x04, 0x00, APPLICATION_ID)
BY_TAG = [
    *(Command(0x00, 0xB2, tag, 0x28, le=le + 2) for tag, le in enumerate((16, 1, 4, 12, 4, 4, 9), 1)),
    *(Command(0x00, 0xB2, tag, 0x30, le=le + 2) for tag, le in ((0x08, 18), (0x09, 30), (0x4E, 20))),
]
WRONG_LENGTH = Command(0x00, 0xB2, 0x01, 0x28, le=3)
BY_POSITION = [
    Command(0x00, 0xA4, 0x02, 0x00, b"\xef\x06"),
    *(Command(0x00, 0xB2, number, 0x04, le=le + 2) for number, le in ((1, 18), (2, 30), (18, 18))),
]
UNKNOWN = Command(0x00, 0xCA, 0x00, 0x00, le=256)


def opensc(*arguments: str) -> str:
    """What `opensc-tool` says. Where it is missing the test fails: nobody else judges our bytes."""
    assert shutil.which("opensc-tool"), "opensc-tool is missing: apt install opensc"
    ran = subprocess.run(
        ["opensc-tool", *arguments], capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def theirs(reader: str, commands: list[bytes]) -> list[bytes]:
    """The answers that `opensc-tool` gets, with their status words."""
    sent = [argument for command in commands for argument in ("--send-apdu", command.hex())]
    said = opensc("--reader", reader, *sent)
    received = re.findall(r"Received \(SW1=0x(\w\w), SW2=0x(\w\w)\):?\n((?:(?!Sending:).*\n)*)", said)
    return [
        bytes.fromhex("".join(re.findall(r"^(?:[0-9A-F]{2} )+", dump, re.MULTILINE)) + sw1 + sw2)
        for sw1, sw2, dump in received
    ]


def ours(reader: str, commands: list[bytes]) -> list[bytes]:
    """The answers that our channel gets."""

    def send(channel: CardChannel) -> list[bytes]:
        return [channel.send_and_receive(command) for command in commands]

    return with_card(reader, send)


def put_in(slot: VirtualSlot, number: int, card: VirtualCard) -> None:
    slot.insert(card)
    wait_until(lambda: look_at_readers()[number].holds_card)


def that_hands_over_at_once(tmp_path: Path, name: str) -> VirtualCard:
    """A card of the tests without a 61xx, which their client would follow by itself."""
    text = (DATA / f"{name}.toml").read_text("utf-8")
    head, _, behaviour = text.partition("[behaviour]")
    file = tmp_path / f"{name}.toml"
    file.write_text(f'{head}\n[behaviour]\nfci = "none"\n{behaviour}', "utf-8")
    return load_card(file)


def test_every_answer_is_the_same_byte_for_byte(slot: VirtualSlot, tmp_path: Path) -> None:
    put_in(slot, 0, that_hands_over_at_once(tmp_path, "second_generation"))
    commands = [one.encode() for one in (SELECT, *BY_TAG, *BY_POSITION, UNKNOWN)]
    answers = theirs(FIRST_READER, commands)
    assert answers == ours(FIRST_READER, commands)
    assert len(answers) == len(commands)
    assert sum(answer.endswith(b"\x90\x00") for answer in answers) == len(commands) - 2
    assert bytes.fromhex("0304322E30309000") in answers


def test_records_that_a_card_protects_are_refused_to_both(slot: VirtualSlot, tmp_path: Path) -> None:
    put_in(slot, 0, that_hands_over_at_once(tmp_path, "third_generation"))
    commands = [one.encode() for one in (SELECT, *BY_TAG)]
    answers = theirs(FIRST_READER, commands)
    assert answers == ours(FIRST_READER, commands)
    assert answers.count(bytes.fromhex("6982")) == 3


def test_what_a_card_hands_over_only_when_asked_again_is_the_same(slot: VirtualSlot) -> None:
    """61xx and 6Cxx: their client and our `transmit_whole` both go on to the whole answer."""
    put_in(slot, 0, load_card(DATA / "second_generation.toml"))
    commands = [SELECT, WRONG_LENGTH]

    def whole(channel: CardChannel) -> list[bytes]:
        responses = [transmit_whole(channel, command) for command in commands]
        return [response.data + response.status.to_bytes(2, "big") for response in responses]

    answers = theirs(FIRST_READER, [SELECT.encode() + b"\x00", WRONG_LENGTH.encode()])
    assert answers == with_card(FIRST_READER, whole)
    assert [len(answer) for answer in answers] == [21, 20]


def test_the_answer_to_reset_is_the_same(slot: VirtualSlot, second_slot: VirtualSlot) -> None:
    put_in(slot, 0, load_card(DATA / "second_generation.toml"))
    put_in(second_slot, 1, load_card(DATA / "contactless.toml"))
    for reader, state in zip((FIRST_READER, SECOND_READER), look_at_readers(), strict=True):
        said = opensc("--reader", reader, "--atr")
        assert bytes.fromhex(said.strip().replace(":", " ")) == state.atr
