"""`kioskctl pin`: what is typed goes to the card, and stays nowhere."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from fixtures.pcsc import wait_until
from running_kioskctl import Put, kioskctl, put_cards

from drivers.cards.pcsc import look_at_readers
from drivers.cards.pin import BadPin, Pin
from drivers.virtual.slot import VirtualSlot
from kiosk import pin_command
from kiosk.not_done import NotDone

SAMPLES = Path(__file__).parents[1] / "cards" / "data"


@pytest.fixture
def put_in(slot: VirtualSlot, second_slot: VirtualSlot) -> Put:
    """Cards of the tray into the two slots."""
    return partial(put_cards, (slot, second_slot))


def with_pin(tmp_path: Path, tries: int, *, told: bool = True) -> Path:
    file = tmp_path / f"pin-{tries}.toml"
    counted = f"tries = {tries}\ntells_tries = {str(told).lower()}"
    text = (SAMPLES / "pin_locked.toml").read_text("utf-8").replace("tries = 0", counted)
    file.write_text(text, "utf-8")
    return file


def pin(*arguments: str, typed: str = "") -> tuple[int, str]:
    ended = kioskctl("pin", *arguments, typed=typed)
    for secret in ("135790", "246801", "111111"):
        assert secret not in ended.stdout + ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def test_a_pin_is_verified_and_a_wrong_one_says_how_many_tries_are_left(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 3))
    assert pin("verify", typed="135790\n")[0] == 0
    code, told = pin("verify", typed="111111\n")
    assert (code, "wrong PIN, 2 tries left" in told) == (1, True)
    assert "2 tries left" in pin("tries")[1]


def test_the_last_try_is_announced_before_it_is_spent(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 1))
    code, told = pin("verify", typed="no\n")
    assert code == 1
    assert "One try is left: a wrong PIN locks the card" in told
    assert "nothing was sent to the card" in told
    assert "1 try left" in pin("tries")[1]
    code, told = pin("verify", typed="yes\n111111\n")
    assert "the PIN is locked" in told
    assert pin("verify", typed="135790\n")[0] == 1


def test_a_try_that_may_be_the_last_is_announced_too(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 1, told=False))
    code, told = pin("verify", typed="no\n")
    assert code == 1
    assert "the card does not say how many tries are left" in told
    assert "This may be the last try: a wrong PIN locks the card" in told
    assert "nothing was sent to the card" in told
    assert pin("verify", typed="yes\n135790\n")[0] == 0


def test_a_pin_is_changed_where_the_new_one_was_typed_twice_alike(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 3))
    code, told = pin("change", typed="135790\n246801\n246802\n")
    assert (code, "the two new PINs differ; nothing was sent" in told) == (2, True)
    assert pin("change", typed="135790\n246801\n246801\n")[0] == 0
    assert pin("verify", typed="246801\n")[0] == 0


def test_what_is_no_pin_is_not_sent(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 3))
    code, told = pin("verify", typed="12345\n")
    assert (code, "a PIN is 6 digits" in told) == (2, True)
    assert "3 tries left" in pin("tries")[1]


def test_two_cards_have_to_be_told_apart_before_a_pin_is_typed(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 3), "liu-guilan")
    assert "name one with --reader" in pin("tries")[1]
    assert "00 00: 3 tries left" in pin("tries", "--reader", "00 00")[1]


@pytest.mark.parametrize(
    ("card", "says"),
    [
        ("locked", "the card refuses its social-security application: 6A81 application locked"),
        ("wrong-way", "does not start: wrong way round"),
        ("bank-card", "no social-security application"),
    ],
)
def test_a_card_that_has_no_pin_to_ask_for_says_why(put_in: Put, card: str, says: str) -> None:
    put_in(card)
    code, told = pin("verify", typed="135790\n")
    assert (code, says in told) == (2, True), told
    assert "PIN: " not in told, "nobody is asked for digits in vain"


def test_ctrl_c_at_the_prompt_sends_nothing_and_gives_the_keyboard_back(put_in: Put, tmp_path: Path) -> None:
    put_in(with_pin(tmp_path, 3))
    screen, keyboard = os.openpty()
    command = [sys.executable, "-m", "kiosk.cli", "pin", "verify"]
    asking = subprocess.Popen(command, stdin=keyboard, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert asking.stdout is not None
    shown = b""
    while not shown.endswith(b"PIN: "):
        shown += os.read(asking.stdout.fileno(), 1)
    wait_until(lambda: not _echoes(keyboard))
    os.write(screen, b"1357")
    asking.send_signal(signal.SIGINT)
    told, complaint = asking.communicate(timeout=10)
    assert asking.returncode == 130
    assert (told, complaint) == (b"\nnothing was sent to the card\n", b"kioskctl: interrupted\n")
    assert _echoes(keyboard)
    os.close(screen)
    os.close(keyboard)
    assert "3 tries left" in pin("tries")[1]


def _echoes(keyboard: int) -> bool:
    return bool(termios.tcgetattr(keyboard)[3] & termios.ECHO)


@pytest.fixture
def typed() -> Iterator[Callable[[bytes], None]]:
    """Types at this process's own standard input."""
    there, here = os.pipe()
    before = os.dup(0)
    os.dup2(there, 0)
    yield lambda digits: None if os.write(here, digits) == len(digits) else pytest.fail("not all typed")
    os.dup2(before, 0)
    for one in (there, here, before):
        os.close(one)


def _ctrl_c() -> None:
    main = threading.main_thread().ident
    assert main is not None
    threading.Timer(0.3, signal.pthread_kill, (main, signal.SIGINT)).start()


@pytest.mark.parametrize("end", ["no-pin", "ctrl-c", "differ", "card-gone", "sent"])
def test_every_pin_that_was_typed_is_wiped_however_it_ends(  # noqa: PLR0917 one for each part
    put_in: Put,
    slot: VirtualSlot,
    tmp_path: Path,
    typed: Callable[[bytes], None],
    monkeypatch: pytest.MonkeyPatch,
    end: str,
) -> None:
    pins: list[Pin] = []

    class Kept(Pin):
        """A PIN that the test can look at afterwards."""

        def __init__(self, digits: Iterable[int]) -> None:
            super().__init__(digits)
            pins.append(self)
            if end == "ctrl-c":
                _ctrl_c()
            if end == "card-gone" and len(pins) == 3:
                slot.remove()
                wait_until(lambda: not any(state.holds_card for state in look_at_readers()))

    monkeypatch.setattr(pin_command, "Pin", Kept)
    put_in(with_pin(tmp_path, 3))
    more, raised, count = {
        "no-pin": (b"12\n", BadPin, 1),
        "ctrl-c": (b"", KeyboardInterrupt, 1),
        "differ": (b"246801\n246802\n", NotDone, 3),
        "card-gone": (b"246801\n246801\n", NotDone, 3),
        "sent": (b"246801\n246801\n", None, 3),
    }[end]
    typed(b"135790\n" + more)
    change = partial(pin_command.run, argparse.Namespace(what="change", reader=""))
    if raised is None:
        assert change() == 0
    else:
        with pytest.raises(raised):
            change()
    assert len(pins) == count
    for one in pins:
        with pytest.raises(BadPin, match="wiped"):
            _ = one.bcd
