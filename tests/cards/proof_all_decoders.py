"""Every decoder of `drivers/cards`."""

from __future__ import annotations

from proof_chip_decoders import chip_decoders, tlv_seeds
from proof_decoders import Decoder, OneAnswer
from proof_id_decoders import id_decoders

from drivers.cards import tlv


def all_decoders() -> tuple[Decoder, ...]:
    """They take turns in this order."""
    return (OneAnswer("tlv", tlv_seeds(), _reads_back, (tlv.TlvError,)), *chip_decoders(), *id_decoders())


def _reads_back(data: bytes) -> list[str]:
    objects = tlv.parse(data)
    return [] if tlv.parse(tlv.encode(objects)) == objects else ["it does not read back what it read"]
