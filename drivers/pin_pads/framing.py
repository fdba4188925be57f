"""Messages on a byte stream: four bytes of length, most significant first, then the message.

`docs/facts/pin-pads.md` §1.
"""

LONGEST_MESSAGE = 65_536
"""Bytes. A payment's answer with two receipts is about 6 kB."""

_PREFIX = 4


class BadFrame(ValueError):
    """A length that no message has: what follows on this stream cannot be told apart any more."""

    def __init__(self, length: int) -> None:
        super().__init__(f"a message of {length} bytes; 1 to {LONGEST_MESSAGE} are possible")
        self.length = length


def frame(message: bytes) -> bytes:
    """The message with its length in front.

    Raises:
        BadFrame: it is empty or longer than `LONGEST_MESSAGE`.
    """
    if not 1 <= len(message) <= LONGEST_MESSAGE:
        raise BadFrame(len(message))
    return len(message).to_bytes(_PREFIX, "big") + message


class FrameReader:
    """Incremental: any split of the bytes gives the same messages. Holds at most one unfinished message."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> tuple[bytes, ...]:
        """The messages that are complete with these bytes.

        Raises:
            BadFrame: a length is impossible; messages that were complete before it are lost with it.
        """
        self._held += data
        messages: list[bytes] = []
        while len(self._held) >= _PREFIX:
            length = int.from_bytes(self._held[:_PREFIX], "big")
            if not 1 <= length <= LONGEST_MESSAGE:
                raise BadFrame(length)
            if len(self._held) < _PREFIX + length:
                break
            messages.append(bytes(self._held[_PREFIX : _PREFIX + length]))
            del self._held[: _PREFIX + length]
        return tuple(messages)
