"""The arithmetic of a virtual card's keys; real ones never leave a chip, a PSAM or an HSM.

3DES with keys of 16 bytes, or SM4 (`docs/facts/cards.md` §9). How the number of a card becomes the factor of
its key is each key system's own; this is ours.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.ciphers.modes import ECB

from drivers.cards.authentication import SM4, TRIPLE_DES

KEY_BYTES: Final = 16
FACTOR_BYTES: Final = 8


def card_key(master: bytes, card_id: bytes, algorithm: int) -> bytes:
    """The key of one card, derived by the end of its identification code. Raises `ValueError`."""
    return _derived(master, card_id[-FACTOR_BYTES:], algorithm)


def cryptogram(key: bytes, factor: bytes, original: bytes, algorithm: int) -> bytes:
    """`original`, eight bytes, under the key that `factor` makes of a card's. Raises `ValueError`."""
    process_key = _derived(key, factor, algorithm)
    if algorithm == TRIPLE_DES:
        return _enciphered(process_key, original, algorithm)
    block = _enciphered(process_key, original + bytes(len(original)), algorithm)
    half = len(block) // 2
    return bytes(left ^ right for left, right in zip(block[:half], block[half:], strict=True))


def _derived(key: bytes, factor: bytes, algorithm: int) -> bytes:
    if len(key) != KEY_BYTES or len(factor) != FACTOR_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes and a factor {FACTOR_BYTES}")
    return _enciphered(key, factor + bytes(byte ^ 0xFF for byte in factor), algorithm)


def _enciphered(key: bytes, blocks: bytes, algorithm: int) -> bytes:
    match algorithm:
        case value if value == TRIPLE_DES:
            cipher = Cipher(TripleDES(key + key[:8]), ECB())  # noqa: S305  what the cards do, block by block
        case value if value == SM4:
            cipher = Cipher(algorithms.SM4(key), ECB())  # noqa: S305
        case _:
            raise ValueError(f"algorithm {algorithm} is neither 3DES nor SM4")
    encryptor = cipher.encryptor()
    return encryptor.update(blocks) + encryptor.finalize()
