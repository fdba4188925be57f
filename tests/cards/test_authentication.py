"""Card and terminal prove to each other that they have the keys; a copy is found out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.pcsc import FIRST_READER, CardInHand, wait_until
from hypothesis import given
from hypothesis import strategies as st

from drivers.cards.authentication import (
    SM4,
    TRIPLE_DES,
    AuthenticatorUnavailable,
    CardKeyContext,
    GuardedAuthenticator,
    Question,
)
from drivers.cards.channel import CardPulled
from drivers.cards.pcsc import look_at_readers, with_card
from drivers.cards.social_security import (
    ALL,
    ESSENTIAL,
    CardRead,
    Field,
    NotGenuine,
    Outcome,
    Proof,
    SocialSecurityCard,
    Unreadable,
    read_social_security_card,
)
from drivers.virtual.card_file import load_card
from drivers.virtual.card_keys import card_key, cryptogram
from drivers.virtual.cards import Fault, Pull, VirtualCard
from drivers.virtual.slot import VirtualSlot
from drivers.virtual.software_authenticator import SoftwareAuthenticator

DATA = Path(__file__).parent / "data"
MASTERS = {"third_generation_3des": bytes(range(16)), "third_generation_sm4": bytes(range(16, 32))}
NAMES = {
    "third_generation_3des": "测试丙",
    "third_generation_sm4": "阿布都热合曼·买买提依明·吐尔逊江",
}
SELECT = "00A404000F7378312E73682EC9E7BBE1B1A3D5CF"
INTERNAL, EXTERNAL = 0x88, 0x82

FILE = "third_generation_sm4"
cards_with_keys = pytest.mark.parametrize("file", MASTERS)


def _card(file: str) -> VirtualCard:
    return load_card(DATA / f"{file}.toml")


def _read(
    channel: CardInHand, authenticator: GuardedAuthenticator | None, wanted: frozenset[Field] = ALL
) -> Outcome:
    return read_social_security_card(channel, wanted, authenticator)


def _read_with_trouble(
    channel: CardInHand, authenticator: GuardedAuthenticator
) -> tuple[SocialSecurityCard, str]:
    """A card that was read as by a terminal without its keys, and why."""
    outcome = _read(channel, authenticator, ESSENTIAL)
    assert isinstance(outcome, CardRead), outcome
    without = _read(CardInHand(_card(FILE)), None, ESSENTIAL)
    assert isinstance(without, CardRead)
    assert replace(outcome.card, authenticated=False) == without.card
    assert outcome.authenticator_trouble is not None
    return outcome.card, outcome.authenticator_trouble


def _software(file: str) -> GuardedAuthenticator:
    return GuardedAuthenticator(SoftwareAuthenticator(MASTERS[file]))


def _sent(channel: CardInHand, instruction: int) -> int:
    return sum(command[1] == instruction for command in channel.commands)


def _with(tmp_path: Path, file: str, *behaviour: str) -> VirtualCard:
    """The card of a file that behaves otherwise."""
    path = tmp_path / "card.toml"
    text = (DATA / f"{file}.toml").read_text("utf-8")
    path.write_text(text.replace("[behaviour]\n", "\n".join(["[behaviour]", *behaviour, ""])), "utf-8")
    return load_card(path)


class Answering(CardInHand):
    """A card that answers one instruction with something else."""

    def __init__(self, card: VirtualCard, instruction: int, answer: bytes) -> None:
        super().__init__(card)
        self._instruction = instruction
        self._answer_instead = answer

    def send_and_receive(self, apdu: bytes) -> bytes:
        if apdu[1] != self._instruction:
            return super().send_and_receive(apdu)
        self.commands.append(apdu)
        return self._answer_instead


@cards_with_keys
def test_a_card_with_keys_gives_all_of_itself_to_a_terminal_that_has_them(file: str) -> None:
    outcome = _read(CardInHand(_card(file)), _software(file))
    assert isinstance(outcome, CardRead)
    assert outcome.authenticator_trouble is None
    card = outcome.card
    assert (card.authenticated, card.number_protected, card.name) == (True, False, NAMES[file])
    assert card.citizen_number is not None


@cards_with_keys
def test_only_the_protected_record_is_asked_again_and_the_key_is_named_first(file: str) -> None:
    channel = CardInHand(_card(file))
    _read(channel, _software(file), ESSENTIAL)
    commands = [bytes(command).hex().upper() for command in channel.commands]
    again = {command for command in commands if commands.count(command) > 1}
    assert again == {SELECT, "00B2083014"}
    proofs = commands[commands.index("00B2083014") + 1 :]
    heads = ["00A404000F", "00C0000000", "0088000010", "00C0000008", "0084000008", "0082000A10", "00B2083014"]
    assert [command[:8] for command in proofs[:7]] == [head[:8] for head in heads]


@cards_with_keys
def test_a_card_that_told_its_key_at_once_is_not_selected_again(file: str, tmp_path: Path) -> None:
    channel = CardInHand(_with(tmp_path, file, 'fci = "direct"'))
    outcome = _read(channel, _software(file), ESSENTIAL)
    assert isinstance(outcome, CardRead)
    assert (outcome.card.authenticated, _sent(channel, 0xA4)) == (True, 1)


def test_what_is_to_be_enciphered_is_all_that_internal_authenticate_carries() -> None:
    channel = CardInHand(_card(FILE))
    _read(channel, _software(FILE))
    (asked,) = (command for command in channel.commands if command[1] == INTERNAL)
    assert (len(asked), asked[4]) == (5 + 16, 16)


@cards_with_keys
def test_without_an_authenticator_nothing_is_proved_and_nothing_sent_for_it(file: str) -> None:
    channel = CardInHand(_card(file))
    outcome = _read(channel, None)
    assert isinstance(outcome, CardRead)
    assert (outcome.card.authenticated, outcome.card.number_protected) == (False, True)
    assert not any(command[1] in {0x82, 0x84, 0x88} for command in channel.commands)


@pytest.mark.parametrize("file", ["first_generation", "second_generation", "third_generation"])
@pytest.mark.parametrize("wanted", [ESSENTIAL, ALL])
def test_a_card_without_keys_is_read_as_well_with_an_authenticator(
    file: str, wanted: frozenset[Field]
) -> None:
    bare, armed = CardInHand(_card(file)), CardInHand(_card(file))
    without, outcome = _read(bare, None, wanted), _read(armed, _software(FILE), wanted)
    assert isinstance(without, CardRead)
    assert isinstance(outcome, CardRead)
    assert outcome.card == without.card
    if not without.card.number_protected:
        assert (armed.commands, outcome.authenticator_trouble) == (bare.commands, None)


@pytest.mark.parametrize("wanted", [ESSENTIAL, ALL])
@pytest.mark.parametrize("read_by", ['["tag"]', '["position"]'])
@pytest.mark.parametrize("select_file", ["02", "00"])
def test_a_card_whose_file_must_be_selected_opens_too(
    tmp_path: Path, wanted: frozenset[Field], read_by: str, select_file: str
) -> None:
    ways = (f"read_by = {read_by}", f'select_file = "{select_file}"', "short_file_ids = false")
    # A card without short file ids is asked by tag with one in vain.
    card = _with(tmp_path, "third_generation_3des", *ways[: 3 if "position" in read_by else 2])
    outcome = _read(CardInHand(card), _software("third_generation_3des"), wanted)
    assert isinstance(outcome, CardRead), outcome
    assert (outcome.card.name, outcome.card.citizen_number) == ("测试丙", "800100199002280026")
    assert outcome.authenticator_trouble is None


@pytest.mark.parametrize("read_by", ['["tag"]', '["position"]'])
def test_a_card_that_cannot_be_opened_is_read_on_after_it_was_selected_again(
    tmp_path: Path, read_by: str
) -> None:
    ways = (f"read_by = {read_by}", 'select_file = "02"', 'protected = ["citizen_number"]')
    card = _with(tmp_path, "third_generation_3des", *ways)
    outcome = _read(Answering(card, INTERNAL, b"\x6d\x00"), _software("third_generation_3des"), ESSENTIAL)
    assert isinstance(outcome, CardRead), outcome
    assert (outcome.card.name, outcome.card.number_protected) == ("测试丙", True)


@cards_with_keys
def test_a_copy_of_what_the_card_says_is_found_out(file: str) -> None:
    channel = CardInHand(_card(file))
    assert _read(channel, GuardedAuthenticator(SoftwareAuthenticator(b"\x5a" * 16))) == NotGenuine()
    assert _sent(channel, EXTERNAL) == 0


def test_an_overheard_answer_does_not_fit_the_next_question() -> None:
    class Parrot(CardInHand):
        """Repeats what the true card answered at an earlier visit."""

        heard: bytes | None = None

        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = super().send_and_receive(apdu)
            if apdu[1] == 0xC0 and self.commands[-2][1] == 0x88:
                Parrot.heard = Parrot.heard or answer
                return Parrot.heard
            return answer

    software = _software("third_generation_sm4")
    first = _read(Parrot(_card("third_generation_sm4")), software)
    assert isinstance(first, CardRead)
    assert _read(Parrot(_card("third_generation_sm4")), software) == NotGenuine()


@pytest.mark.parametrize("status", [0x6A88, 0x6985, 0x6982, 0x6D00, 0x6E00])
def test_a_card_that_refuses_to_prove_itself_is_read_as_without_a_key(status: int) -> None:
    channel = Answering(_card(FILE), INTERNAL, status.to_bytes(2, "big"))
    card, trouble = _read_with_trouble(channel, _software(FILE))
    assert not card.authenticated
    assert trouble.startswith(f"{Proof.OF_THE_CARD}: {status:04X}, ")


def test_a_card_that_gives_no_challenge_is_read_as_without_a_key() -> None:
    software = _software(FILE)
    card, trouble = _read_with_trouble(Answering(_card(FILE), 0x84, b"\x69\x85"), software)
    assert card.authenticated
    assert trouble == f"{Proof.OF_THE_TERMINAL}: 6985, conditions of use not satisfied"
    assert isinstance(outcome := _read(CardInHand(_card(FILE)), software), CardRead)
    assert outcome.card.citizen_number is not None, "the terminal's key is not in doubt"


class WrongKeyForTheFile(SoftwareAuthenticator):
    """Has the key by which cards prove themselves, and another than theirs for the holder's file."""

    def terminal_answer(self, _card: CardKeyContext, _question: Question) -> bytes:
        return bytes(8)


def test_a_wrong_key_of_the_terminal_costs_one_card_one_try_and_no_more() -> None:
    card, wrong = _card(FILE), GuardedAuthenticator(WrongKeyForTheFile(MASTERS[FILE]))
    visits = [CardInHand(card) for _ in range(5)]
    told = [_read_with_trouble(visit, wrong) for visit in visits]
    assert [one.authenticated for one, _ in told] == [True, False, False, False, False]
    assert sum(_sent(visit, EXTERNAL) for visit in visits) == 1
    assert {trouble for _, trouble in told} == {
        "a genuine card refused the terminal's proof (63C2, refused, 2 tries left): no more cards are tried"
    }
    outcome = _read(CardInHand(card), _software(FILE))
    assert isinstance(outcome, CardRead)
    assert outcome.card.citizen_number is not None, "the card itself is whole"


@pytest.mark.parametrize("status", [0x6982, 0x6984, 0x6300])
def test_any_refusal_by_a_genuine_card_stops_the_terminals_proofs(status: int) -> None:
    software = _software(FILE)
    refusing = Answering(_card(FILE), EXTERNAL, status.to_bytes(2, "big"))
    assert f"{status:04X}" in _read_with_trouble(refusing, software)[1]
    with pytest.raises(AuthenticatorUnavailable, match=f"{status:04X}"):
        software.card_answer(CardKeyContext(bytes(16), SM4, b""), Question(bytes(8), bytes(8)))


def test_a_card_whose_key_was_locked_before_says_nothing_of_the_terminals() -> None:
    software = _software(FILE)
    locked = Answering(_card(FILE), EXTERNAL, b"\x69\x83")
    assert "locked" in _read_with_trouble(locked, software)[1]
    outcome = _read(CardInHand(_card(FILE)), software)
    assert isinstance(outcome, CardRead)
    assert outcome.card.citizen_number is not None, "the next card is read with the key"


@pytest.mark.parametrize("answer", [b"\x01\x90\x00", b"\x90", b""])
@pytest.mark.parametrize("instruction", [INTERNAL, 0x84])
def test_a_proof_that_cannot_be_one_is_none_and_accuses_nobody(instruction: int, answer: bytes) -> None:
    card, _ = _read_with_trouble(Answering(_card(FILE), instruction, answer), _software(FILE))
    assert card.authenticated is (instruction != INTERNAL)


@pytest.mark.parametrize("fci", ["9F0C020103", "6F1184", "00"])
def test_a_card_that_does_not_say_which_keys_it_has_is_read_as_without_one(fci: str) -> None:
    class Padding(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            answer = super().send_and_receive(apdu)
            if apdu[1] == 0xC0 and self.commands[-2][1] == 0xA4:
                return bytes.fromhex(fci) + b"\x90\x00"
            return answer

    _read_with_trouble(Padding(_card(FILE)), _software(FILE))
    outcome = _read(Padding(_card(FILE)), _software(FILE), ALL)
    assert isinstance(outcome, Unreadable)
    assert outcome.step is Field.ALGORITHM


def test_a_card_of_an_unknown_algorithm_is_read_without_keys(tmp_path: Path) -> None:
    path = tmp_path / "card.toml"
    path.write_text(
        (DATA / "third_generation.toml").read_text("utf-8").replace("algorithm = 3", "algorithm = 2"), "utf-8"
    )
    outcome = _read(CardInHand(load_card(path)), _software("third_generation_sm4"))
    assert isinstance(outcome, CardRead)
    assert outcome.authenticator_trouble == "the card's algorithm 2 is none of [1, 3]"


@pytest.mark.parametrize("at", range(1, 30))
def test_a_card_pulled_at_any_command_raises_card_pulled(at: int) -> None:
    whole = CardInHand(_card("third_generation_sm4"))
    _read(whole, _software("third_generation_sm4"))
    card = _card("third_generation_sm4")
    pulled = VirtualCard(card.atr, card.applications, (Fault(at, Pull()),))
    if at > len(whole.commands):
        assert isinstance(_read(CardInHand(pulled), _software("third_generation_sm4")), CardRead)
        return
    with pytest.raises(CardPulled):
        _read(CardInHand(pulled), _software("third_generation_sm4"))


@given(st.integers(0, 25), st.binary(min_size=0, max_size=20))
def test_whatever_a_card_answers_ends_in_an_outcome(at: int, answer: bytes) -> None:
    class AnsweringOnce(CardInHand):
        def send_and_receive(self, apdu: bytes) -> bytes:
            true_answer = super().send_and_receive(apdu)
            return answer if len(self.commands) == at else true_answer

    assert isinstance(_read(AnsweringOnce(_card(FILE)), _software(FILE)), Outcome)


def test_wrong_proofs_are_counted_and_the_key_locks() -> None:
    card = _card("third_generation_sm4")
    channel = CardInHand(card)
    channel.send_and_receive(bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF"))
    wrong = bytes.fromhex("0082000A10") + bytes(16)

    def prove() -> bytes:
        channel.send_and_receive(bytes.fromhex("0084000008"))
        return channel.send_and_receive(wrong)

    assert [prove().hex() for _ in range(4)] == ["63c2", "63c1", "63c0", "6983"]


def test_an_opened_file_is_closed_by_a_reset() -> None:
    file = "third_generation_sm4"
    card = _card(file)
    channel = CardInHand(card)
    assert isinstance(_read(channel, _software(file)), CardRead)
    card.reset()
    outcome = _read(channel, None)
    assert isinstance(outcome, CardRead)
    assert outcome.card.number_protected


@pytest.mark.parametrize("algorithm", [TRIPLE_DES, SM4])
@given(master=st.binary(min_size=16, max_size=16), card_id=st.binary(min_size=16, max_size=16))
def test_no_two_keys_factors_or_originals_give_the_same_cryptogram(
    algorithm: int, master: bytes, card_id: bytes
) -> None:
    # A DES key ignores the lowest bit of each byte.
    other = bytes([card_id[0], *card_id[1:-1], card_id[-1] ^ 0x80])
    key = card_key(master, card_id, algorithm)
    given_once = {
        cryptogram(key, bytes(8), bytes(8), algorithm),
        cryptogram(key, b"\x80" + bytes(7), bytes(8), algorithm),
        cryptogram(key, bytes(8), b"\x80" + bytes(7), algorithm),
        cryptogram(card_key(master, other, algorithm), bytes(8), bytes(8), algorithm),
    }
    assert len(given_once) == 4
    assert {len(one) for one in given_once} == {8}


def test_a_context_and_a_card_show_no_key_and_no_number() -> None:
    card = _card("third_generation_sm4")
    context = CardKeyContext(bytes(range(16)), SM4, b"\x01")
    shown = repr(context) + repr(card.applications) + repr(replace(context, algorithm=1))
    for master in MASTERS.values():
        key = card_key(master, bytes.fromhex("800100D156000005000000051EF8836D"), SM4)
        assert repr(key)[2:-1] not in shown
    assert repr(bytes(range(16)))[2:-1] not in shown


def test_the_real_service_carries_all_of_it(slot: VirtualSlot) -> None:
    file = "third_generation_sm4"
    slot.insert(_card(file))
    wait_until(lambda: look_at_readers()[0].holds_card)
    outcome = with_card(
        FIRST_READER, lambda channel: read_social_security_card(channel, ALL, _software(file))
    )
    assert isinstance(outcome, CardRead)
    assert (outcome.card.authenticated, outcome.card.name) == (True, NAMES[file])
