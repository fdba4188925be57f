"""A printer on USB, spoken to over its printer interface, in place of the kernel's usblp.

What is asked of the device, and why, stands in `docs/facts/printing.md` §8.
"""

import contextlib
import errno
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from usb import core, util
from usb.backend import IBackend, libusb1

from drivers.printers.transport import ConnectionLost, Unreachable

UDEV_RULE = "packaging/udev/60-bianmin-printer.rules"

_PRINTER_CLASS = 7
_NOT_PLAIN_BYTES = frozenset((3, 4))
"""Interface protocols that wrap what is printed: IEEE 1284.4, and IPP over USB."""
_PACKET_BYTES = 0x07FF
_EMPTY_READ_S = 0.02
_LATE_S = 0.5
"""How long answers to what an earlier process asked are read away at most."""
_NO_PERMISSION = frozenset((errno.EACCES, errno.EPERM))


@dataclass(frozen=True, slots=True)
class UsbAddress:
    """Vendor and product as in the device's descriptor, and its serial number where two are alike."""

    vendor: int
    product: int
    serial: str = ""

    def connect(self, within_s: float) -> "UsbTransport":
        """Open it for this process alone.

        Raises:
            Unreachable: it is not plugged in, is no printer, cannot be told from another one, or is not ours
                to open; it says which.
        """
        backend = libusb1.get_backend()
        if backend is None:
            raise Unreachable(
                f"{self}: libusb-1.0 does not load or start; install libusb-1.0-0, and let the service "
                "have AF_NETLINK"
            )
        return open_printer(self, within_s, backend)

    def __str__(self) -> str:
        serial = f"/{quote(self.serial, safe='')}" if self.serial else ""
        return f"usb://{self.vendor:04x}:{self.product:04x}{serial}"


def open_printer(address: UsbAddress, within_s: float, backend: IBackend) -> "UsbTransport":
    """Find the printer on the buses of a pyusb backend and take its printer interface.

    Raises:
        Unreachable: it cannot be found or taken.
    """
    with contextlib.ExitStack() as closing:
        try:
            device = _the_one(address, list(_printers(address, within_s, backend)))
            closing.callback(util.dispose_resources, device)
            transport = _taken(address, device)
            transport.read_away(min(within_s, _LATE_S))
        except (core.USBError, NotImplementedError, ConnectionLost) as error:
            raise Unreachable(f"{address}: {_trouble(error)}") from error
        closing.pop_all()
        return transport


class UsbTransport:
    """A `Transport` over a pair of bulk endpoints; a printer without the one back is silent."""

    def __init__(self, device: core.Device, out: core.Endpoint, back: core.Endpoint | None) -> None:
        self._device = device
        self._out = out
        self._back = back
        # One packet at a time: a longer read would wait for more where an answer fills its packet.
        self._packet_bytes = back.wMaxPacketSize & _PACKET_BYTES if back is not None else 0

    def write(self, data: bytes, within_s: float) -> None:
        """See `Transport.write`."""
        deadline = time.monotonic() + within_s
        rest = data
        while rest:
            try:
                rest = rest[self._out.write(rest, _milliseconds(deadline - time.monotonic())) :]
            except core.USBTimeoutError:
                pass  # it took nothing; what is left of the time decides
            except core.USBError as error:
                raise self._lost(self._out, error) from error
            if rest and time.monotonic() >= deadline:
                raise ConnectionLost(f"{len(rest)} of {len(data)} bytes were not taken in {within_s:g} s")

    def read(self, within_s: float) -> bytes:
        """See `Transport.read`."""
        if self._back is None:
            time.sleep(max(0.0, within_s))
            return b""
        try:
            data = bytes(self._back.read(self._packet_bytes, _milliseconds(within_s)))
        except core.USBTimeoutError:
            return b""
        except core.USBError as error:
            raise self._lost(self._back, error) from error
        if not data:
            # A packet without a byte, which some printers send instead of waiting.
            time.sleep(min(max(0.0, within_s), _EMPTY_READ_S))
        return data

    def read_away(self, within_s: float) -> None:
        """Drop what was answered to an earlier process, for as long as it comes without a pause.

        Raises:
            ConnectionLost: the printer went away.
        """
        until = time.monotonic() + within_s
        while time.monotonic() < until and self.read(_EMPTY_READ_S):
            pass

    def let_go(self) -> None:
        """See `Transport.let_go`: what was written is in the printer, and nothing of it here."""

    def close(self) -> None:
        """See `Transport.close`. The kernel's usblp comes back when the printer is plugged in again."""
        util.dispose_resources(self._device)

    def _lost(self, endpoint: core.Endpoint, error: core.USBError) -> ConnectionLost:
        if error.errno == errno.EPIPE:
            # A stalled endpoint stays so for the next connection; one that has gone needs nothing.
            with contextlib.suppress(core.USBError):
                self._device.clear_halt(endpoint)
        return ConnectionLost(_trouble(error))


def _printers(address: UsbAddress, within_s: float, backend: IBackend) -> Iterator[core.Device]:
    """The devices of this kind that have a printer interface; asks their descriptors only."""
    found = core.find(find_all=True, backend=backend, idVendor=address.vendor, idProduct=address.product)
    devices = list(found)
    if not devices:
        raise Unreachable(f"{address}: no such device is plugged in, or it has no power")
    printers = [device for device in devices if any(_alternatives(device))]
    if not printers:
        raise Unreachable(f"{address}: it has no interface of the printer class that takes plain bytes")
    for device in printers:
        # For what pyusb itself asks: strings, the configuration.
        device.default_timeout = _milliseconds(within_s)
        yield device


def _the_one(address: UsbAddress, printers: Sequence[core.Device]) -> core.Device:
    if len(printers) == 1 and not address.serial:
        return printers[0]  # and is not asked for a string, which some cannot answer
    serials = [_serial(device) for device in printers]
    fitting = [d for d, serial in zip(printers, serials, strict=True) if address.serial in ("", serial)]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(serial or "none" for serial in serials)
    if not fitting:
        raise Unreachable(f"{address}: none with this serial number is plugged in; there are {there}")
    if len(set(serials)) < len(serials) or "" in serials:
        raise Unreachable(
            f"{address}: {len(fitting)} printers answer to this, and their serial numbers ({there}) do not "
            "tell them apart; use another line for one of them"
        )
    ways = " or ".join(str(UsbAddress(address.vendor, address.product, serial)) for serial in serials)
    raise Unreachable(f"{address}: {len(fitting)} printers answer to this; write {ways}")


def _serial(device: core.Device) -> str:
    """Its serial number; empty where it has none. Raises `USBError` where it cannot be asked."""
    try:
        _configuration(device)  # opens it: without permission pyusb would say that there are no strings
        return (device.serial_number or "").strip("\0 ")
    except ValueError:
        return ""  # it knows no strings, or one that is no text
    finally:
        util.dispose_resources(device)


def _configuration(device: core.Device) -> core.Configuration:
    try:
        return device.get_active_configuration()
    except core.USBError as error:
        if error.errno is not None:
            raise
    # Nobody has configured it. Where somebody has, doing it again would reset what it is at.
    device.set_configuration()
    return device.get_active_configuration()


def _alternatives(configurations: core.Device | Sequence[core.Configuration]) -> Iterator[core.Interface]:
    """Settings of printer interfaces that take plain bytes."""
    for configuration in configurations:
        for interface in configuration:
            is_printer = interface.bInterfaceClass == _PRINTER_CLASS
            plain = interface.bInterfaceProtocol not in _NOT_PLAIN_BYTES
            if is_printer and plain and _bulk(interface, util.ENDPOINT_OUT) is not None:
                yield interface


def _bulk(interface: core.Interface, direction: int) -> core.Endpoint | None:
    for endpoint in interface:
        is_bulk = util.endpoint_type(endpoint.bmAttributes) == util.ENDPOINT_TYPE_BULK
        if is_bulk and util.endpoint_direction(endpoint.bEndpointAddress) == direction:
            return endpoint
    return None


def _taken(address: UsbAddress, device: core.Device) -> UsbTransport:
    configuration = _configuration(device)
    alternatives = list(_alternatives([configuration]))
    if not alternatives:
        raise Unreachable(f"{address}: its printer interface is in another configuration than the active one")
    interface = max(alternatives, key=lambda each: _bulk(each, util.ENDPOINT_IN) is not None)
    number = interface.bInterfaceNumber
    if device.is_kernel_driver_active(number):
        device.detach_kernel_driver(number)
    util.claim_interface(device, number)
    if sum(each.bInterfaceNumber == number for each in configuration) > 1:
        device.set_interface_altsetting(number, interface.bAlternateSetting)
    return UsbTransport(device, _bulk(interface, util.ENDPOINT_OUT), _bulk(interface, util.ENDPOINT_IN))


def _milliseconds(seconds: float) -> int:
    """At least one: libusb takes nought for ever."""
    return max(1, math.ceil(seconds * 1000))


def _trouble(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in _NO_PERMISSION:
        return f"no permission to open it; install {UDEV_RULE}, then plug the printer in again"
    if number == errno.EBUSY:
        return "another program has it"
    return getattr(error, "strerror", None) or str(error)
