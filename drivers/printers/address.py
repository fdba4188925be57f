"""Where a printer is: on the network, on a serial line, on USB, or behind a device file."""

import re
from typing import Protocol
from urllib.parse import unquote

from drivers.printers.device_file import FileAddress
from drivers.printers.serial_line import SPEEDS, Flow, SerialAddress
from drivers.printers.transport import Address, TcpAddress
from drivers.printers.usb_line import UsbAddress

ALLOWED = (
    TcpAddress.example,
    "serial:///dev/ttyUSB0?baud=9600",
    "usb://04b8:0202",
    "file:///dev/usb/lp0",
)
_SERIAL = re.compile(r"serial://(?P<device>/[^?#\s]+)(?:\?(?P<options>[^?#\s]+))?")
_USB = re.compile(r"usb://(?P<vendor>[0-9A-Fa-f]{4}):(?P<product>[0-9A-Fa-f]{4})(?:/(?P<serial>[^/?#\s]+))?")
_FILE = re.compile(r"file://(?P<device>/[^?#\s]+)")


class PrinterAddress(Address, Protocol):
    """An address that can be written down: `parse_address(str(address)) == address`."""

    def __str__(self) -> str:
        """As a technician writes it."""


class BadPrinterAddress(ValueError):
    """Text that is no printer's address; the message says what is wrong and what to write."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"printer address {text!r}: {problem}; write it as one of {', '.join(ALLOWED)}")
        self.text = text


def parse_address(text: str) -> PrinterAddress:
    """Read `tcp://host:port`, `serial:///dev/…?baud=9600&flow=none`, `usb://VID:PID/SERIAL` or `file:///dev/…`.

    Raises:
        BadAddress: it begins with tcp:// and is no such address.
        BadPrinterAddress: it is anything else.
    """
    if text.startswith("tcp://"):
        return TcpAddress.parse(text)
    if found := _FILE.fullmatch(text):
        return FileAddress(found["device"])
    if found := _SERIAL.fullmatch(text):
        return _serial(text, found["device"], found["options"])
    if found := _USB.fullmatch(text):
        return UsbAddress(int(found["vendor"], 16), int(found["product"], 16), unquote(found["serial"] or ""))
    if text.startswith("usb://"):
        problem = "four hexadecimal digits, a colon and four more must follow usb://, then at most /SERIAL"
        raise BadPrinterAddress(text, problem)
    for scheme in ("serial", "file"):
        if text.startswith(f"{scheme}://"):
            raise BadPrinterAddress(text, f"a whole path must follow {scheme}://, and nothing strange in it")
    raise BadPrinterAddress(text, "it begins with none of tcp://, serial://, usb:// and file://")


def _serial(text: str, device: str, options: str | None) -> SerialAddress:
    given: dict[str, str] = {}
    for option in options.split("&") if options else ():
        name, _, value = option.partition("=")
        if name not in ("baud", "flow") or name in given:
            raise BadPrinterAddress(text, f"{name!r} is no option, or said twice; there are baud and flow")
        given[name] = value
    baud, flow = given.get("baud", str(SPEEDS[0])), given.get("flow", Flow.NONE.value)
    if baud not in map(str, SPEEDS):
        raise BadPrinterAddress(text, f"baud is one of {', '.join(map(str, SPEEDS))}")
    if flow not in {each.value for each in Flow}:
        raise BadPrinterAddress(text, f"flow is one of {', '.join(each.value for each in Flow)}")
    return SerialAddress(device, int(baud), Flow(flow))
