"""Where a device on the local network is: `tcp://host:port`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self
from urllib.parse import urlsplit


class BadAddress(ValueError):
    """Text that is no address of this kind of device; the message says what is wrong and what to write."""

    def __init__(self, device: str, text: str, problem: str, example: str) -> None:
        super().__init__(f"{device} address {text!r}: {problem}; write tcp://host:port, as {example}")
        self.text = text


@dataclass(frozen=True, slots=True)
class DeviceAddress:
    """Host and port of one kind of device; each kind names itself in its errors."""

    device: ClassVar[str]
    example: ClassVar[str]

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `tcp://host:port`; an IPv6 host stands in brackets.

        Raises:
            BadAddress: it is anything else.
        """

        def bad(problem: str) -> BadAddress:
            return BadAddress(cls.device, text, problem, cls.example)

        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise bad(str(error)) from error
        if parts.scheme != "tcp":
            raise bad("it does not begin with tcp://")
        if not parts.hostname:
            raise bad("the host is missing")
        if not port:
            raise bad("the port is missing")
        if parts.path or parts.query or parts.fragment or parts.username is not None:
            raise bad("something stands beside host and port")
        return cls(parts.hostname, port)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"
