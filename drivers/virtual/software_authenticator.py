"""An authenticator made of software, for virtual cards. It has the master key, which no terminal may have."""

from __future__ import annotations

from drivers.cards.authentication import CardKeyContext, Question
from drivers.virtual.card_keys import KEY_BYTES, card_key, cryptogram
from drivers.virtual.guard import refuse_on_provisioned_terminal


class SoftwareAuthenticator:
    """An `Authenticator` for the virtual cards whose file has this master key."""

    def __init__(self, master: bytes) -> None:
        """Raises `ProvisionedTerminal`, or `ValueError` for a key that has not 16 bytes."""
        refuse_on_provisioned_terminal()
        if len(master) != KEY_BYTES:
            raise ValueError(f"a master key of {len(master)} bytes where {KEY_BYTES} belong")
        self._master = master

    def card_answer(self, card: CardKeyContext, question: Question) -> bytes:
        return self._answer(card, question)

    def terminal_answer(self, card: CardKeyContext, question: Question) -> bytes:
        return self._answer(card, question)

    def _answer(self, card: CardKeyContext, question: Question) -> bytes:
        key = card_key(self._master, card.card_id, card.algorithm)
        return cryptogram(key, question.factor, question.original, card.algorithm)
