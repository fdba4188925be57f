"""Plug-ins that have the keys: loaded by name, asked one question at a time, their failures contained."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest
from fixtures.pcsc import CardInHand

from drivers.cards import authentication
from drivers.cards.authentication import (
    PLUG_INS,
    SM4,
    Authenticator,
    AuthenticatorUnavailable,
    CardKeyContext,
    GuardedAuthenticator,
    NoSuchAuthenticator,
    Question,
    load_authenticator,
)
from drivers.cards.social_security import ALL, CardRead, read_social_security_card
from drivers.virtual import guard
from drivers.virtual.card_file import load_card
from drivers.virtual.guard import ProvisionedTerminal
from drivers.virtual.software_authenticator import SoftwareAuthenticator

CARD = Path(__file__).parent / "data" / "third_generation_sm4.toml"
MASTER = bytes(range(16, 32))
ANY_CARD = CardKeyContext(bytes(range(16)), SM4, b"\x01")
ANY_QUESTION = Question(bytes(8), bytes(8))


class Absent(SoftwareAuthenticator):
    """A module that does not answer; so many times it does."""

    def __init__(self, answers: int) -> None:
        super().__init__(MASTER)
        self._answers = answers

    def _answer(self, card: CardKeyContext, question: Question) -> bytes:
        if self._answers == 0:
            raise AuthenticatorUnavailable("no PSAM is in its slot")
        self._answers -= 1
        return super()._answer(card, question)


class Giving:
    """A plug-in that answers this, of whatever kind it is."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def card_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
        return self._answer  # type: ignore[return-value]

    terminal_answer = card_answer


class Raising:
    """A plug-in that fails in its own way, and tells the card's number with it."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def card_answer(self, card: CardKeyContext, _question: Question) -> bytes:
        raise self._error(card.card_id.hex())

    terminal_answer = card_answer


class InTwoSteps(SoftwareAuthenticator):
    """Like a PSAM: it is told the card, and only then asked to encipher."""

    def _answer(self, card: CardKeyContext, question: Question) -> bytes:
        self.asked = (card, question)
        time.sleep(0.005)
        return super()._answer(*self.asked)


class Stuck:
    """A module that takes its time."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.may_go_on = threading.Event()

    def card_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
        self.asked.set()
        assert self.may_go_on.wait(5.0)
        return bytes(8)

    terminal_answer = card_answer


def _read(plug_in: Authenticator) -> CardRead:
    channel = CardInHand(load_card(CARD))
    outcome = read_social_security_card(channel, ALL, GuardedAuthenticator(plug_in))
    assert isinstance(outcome, CardRead)
    return outcome


@pytest.mark.parametrize(("answers", "authenticated"), [(0, False), (1, True)])
def test_a_module_that_does_not_answer_leaves_the_card_as_it_is_without_keys(
    answers: int, authenticated: bool
) -> None:
    outcome = _read(Absent(answers))
    assert outcome.authenticator_trouble == "no PSAM is in its slot"
    card = outcome.card
    assert (card.authenticated, card.number_protected, card.citizen_number) == (authenticated, True, None)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b"", "the module gave a cryptogram of 0 bytes where 8 belong"),
        (None, "the authenticator answered NoneType, not bytes"),
        ("12345678", "the authenticator answered str, not bytes"),
        ([0] * 8, "the authenticator answered list, not bytes"),
    ],
)
def test_a_module_that_answers_something_else_never_fits_a_card(answer: object, trouble: str) -> None:
    outcome = _read(Giving(answer))
    assert not outcome.card.authenticated
    assert outcome.authenticator_trouble == trouble


@pytest.mark.parametrize("error", [OSError, ValueError, RuntimeError, TypeError])
def test_whatever_a_plug_in_raises_leaves_the_card_as_it_is_without_keys(error: type[Exception]) -> None:
    outcome = _read(Raising(error))
    assert outcome.card.number_protected
    assert outcome.authenticator_trouble == f"the authenticator failed: {error.__name__}"


def test_readers_at_the_same_time_ask_one_after_the_other() -> None:
    shared = GuardedAuthenticator(InTwoSteps(MASTER))
    seen: list[bool] = []

    def visits() -> None:
        for _ in range(4):
            outcome = read_social_security_card(CardInHand(load_card(CARD)), ALL, shared)
            seen.append(isinstance(outcome, CardRead) and outcome.card.authenticated)

    readers = [threading.Thread(target=visits) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(20.0)
    assert seen == [True] * 12


def test_a_card_waits_for_a_busy_module_only_so_long() -> None:
    stuck = Stuck()
    shared = GuardedAuthenticator(stuck, busy_limit_s=0.05)
    first = threading.Thread(target=shared.card_answer, args=(ANY_CARD, ANY_QUESTION))
    first.start()
    assert stuck.asked.wait(5.0)
    with pytest.raises(AuthenticatorUnavailable, match=r"busy for more than 0\.05 s"):
        shared.card_answer(ANY_CARD, ANY_QUESTION)
    stuck.may_go_on.set()
    first.join(5.0)
    assert shared.card_answer(ANY_CARD, ANY_QUESTION) == bytes(8)


def test_a_stopped_authenticator_asks_its_plug_in_nothing_and_keeps_its_first_reason() -> None:
    class Untouched(Giving):
        def card_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
            raise AssertionError

        terminal_answer = card_answer

    stopped = GuardedAuthenticator(Untouched(b""))
    stopped.stop("a wrong key")
    stopped.stop("again")
    for ask in (stopped.card_answer, stopped.terminal_answer):
        with pytest.raises(AuthenticatorUnavailable, match="a wrong key"):
            ask(ANY_CARD, ANY_QUESTION)


def test_software_has_no_keys_on_a_provisioned_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.refuse_on_provisioned_terminal, "__defaults__", (tmp_path,))
    with pytest.raises(ProvisionedTerminal):
        SoftwareAuthenticator(bytes(16))


def test_software_authenticators_are_the_plug_ins_shape() -> None:
    assert isinstance(SoftwareAuthenticator(bytes(16)), Authenticator)
    with pytest.raises(ValueError, match="8 bytes where 16 belong"):
        SoftwareAuthenticator(bytes(8))


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Plug-ins by their names, instead of what is installed."""

    def install(**plug_ins: str) -> None:
        found = EntryPoints(EntryPoint(name, value, PLUG_INS) for name, value in plug_ins.items())
        monkeypatch.setattr(authentication, "entry_points", found.select)

    return install


def made() -> Authenticator:
    """A plug-in."""
    return SoftwareAuthenticator(bytes(16))


def something_else() -> object:
    """No plug-in."""
    return object()


def without_its_module() -> Authenticator:
    """A plug-in whose PSAM is not there."""
    raise OSError("no PSAM in /dev/psam0")


def that_knows_why() -> Authenticator:
    """A plug-in that says it in the way that is asked for."""
    raise AuthenticatorUnavailable("the PSAM is locked")


def test_an_installed_plug_in_is_loaded_by_its_name(install: Callable[..., None]) -> None:
    install(psam=f"{__name__}:made")
    loaded = load_authenticator("psam")
    assert len(loaded.card_answer(ANY_CARD, ANY_QUESTION)) == 8


def test_a_missing_plug_in_names_those_that_are_there(install: Callable[..., None]) -> None:
    install(psam="a:b", hsm="c:d")
    with pytest.raises(NoSuchAuthenticator, match="there are: hsm, psam") as caught:
        load_authenticator("psma")
    assert (caught.value.name, caught.value.installed) == ("psma", ("hsm", "psam"))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("no_such_module:x", "'psam' does not load: ModuleNotFoundError"),
        (f"{__name__}:no_such_name", "'psam' does not load: AttributeError"),
        (f"{__name__}:without_its_module", "'psam' does not load: OSError: no PSAM in /dev/psam0"),
        (f"{__name__}:CARD", "'psam' does not load: TypeError"),
        (f"{__name__}:that_knows_why", "^the PSAM is locked$"),
    ],
)
def test_a_plug_in_that_does_not_load_says_why(install: Callable[..., None], value: str, why: str) -> None:
    install(psam=value)
    with pytest.raises(AuthenticatorUnavailable, match=why):
        load_authenticator("psam")


def test_a_plug_in_that_makes_something_else_is_refused(install: Callable[..., None]) -> None:
    install(psam=f"{__name__}:something_else")
    with pytest.raises(AuthenticatorUnavailable, match="is no card authenticator"):
        load_authenticator("psam")


def test_no_plug_in_comes_with_the_product() -> None:
    with pytest.raises(NoSuchAuthenticator, match="there are: none"):
        load_authenticator("psam")
