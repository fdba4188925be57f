"""A USB with printers on it, at pyusb's documented plug-in point: virtual printers behind bulk endpoints.

What stands between `drivers/printers/usb_line.py` and the printer is pyusb's own code and this backend.
"""

# ruff: noqa: ARG002 what a backend is asked is pyusb's to say

import errno
import select
import socket
import time
from array import array
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from usb.backend import IBackend
from usb.core import USBError, USBTimeoutError

from drivers.printers.transport import TcpAddress
from drivers.printers.usb_line import UsbAddress, UsbTransport, open_printer

OUT, BACK = 0x02, 0x81
_BULK = 2
_TEXT, _LANGUAGES, _SERIAL_INDEX = 3, (0x0409).to_bytes(2, "little"), 3


@dataclass(frozen=True)
class Setting:
    """One alternate setting of the device's one interface."""

    protocol: int = 2
    endpoints: tuple[int, ...] = (OUT, BACK)
    interface_class: int = 7


@dataclass(eq=False)
class UsbPrinter:
    """A device that is, or was, plugged in; behind it the raw port of a virtual printer, or nothing."""

    behind: TcpAddress | None = None
    vendor: int = 0x04B8
    product: int = 0x0202
    serial: str | None = "A1"
    settings: tuple[Setting, ...] = (Setting(),)
    packet_bytes: int = 64
    transfer_bytes: int = 1 << 20
    """More is taken by no one transfer."""
    permitted: bool = True
    configured: bool = True
    usblp: bool = True
    """The kernel's driver has it."""
    stalled: set[int] = field(default_factory=set)
    empty_packets: bool = False
    """It sends packets without a byte instead of waiting."""
    unplug_after: int | None = None
    """So many more bytes go out, then somebody pulls the cable."""
    claimed_by: object = None
    setting: int = 0
    configurations: int = 0
    """How often it was configured."""
    line: socket.socket | None = None
    far_end: socket.socket | None = None
    """Where nothing is behind: nobody reads there."""

    @property
    def alternative(self) -> Setting:
        return self.settings[self.setting]


class Usb(IBackend):  # type: ignore[misc]
    """The bus. `handles` are the open ones."""

    def __init__(self) -> None:
        super().__init__()
        self.plugged: list[UsbPrinter] = []
        self.handles: list[SimpleNamespace] = []

    def plug(self, printer: UsbPrinter) -> UsbPrinter:
        """Plug it in, as new to the kernel as any other."""
        if printer.behind is None:
            printer.line, printer.far_end = socket.socketpair()
        else:
            printer.line = socket.create_connection((printer.behind.host, printer.behind.port), timeout=5)
            printer.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
        printer.line.setblocking(False)
        printer.usblp, printer.claimed_by, printer.unplug_after = True, None, None
        self.plugged.append(printer)
        return printer

    def unplug(self, printer: UsbPrinter) -> None:
        if printer in self.plugged:
            for end in (printer.line, printer.far_end):
                if end is not None:
                    end.close()
            self.plugged.remove(printer)

    # What pyusb asks of a backend.

    def enumerate_devices(self) -> list[UsbPrinter]:
        return list(self.plugged)

    def get_device_descriptor(self, dev: UsbPrinter) -> SimpleNamespace:
        return SimpleNamespace(
            **dict.fromkeys(("bDeviceClass", "bDeviceSubClass", "bDeviceProtocol", "bcdDevice"), 0),
            **dict.fromkeys(("iManufacturer", "iProduct", "port_number"), 0),
            bLength=18,
            bDescriptorType=1,
            bcdUSB=0x0200,
            bMaxPacketSize0=64,
            idVendor=dev.vendor,
            idProduct=dev.product,
            bNumConfigurations=1,
            iSerialNumber=0 if dev.serial is None else _SERIAL_INDEX,
            address=self.plugged.index(dev) + 1,
            bus=1,
            port_numbers=(1,),
            speed=2,
        )

    def get_configuration_descriptor(self, dev: UsbPrinter, config: int) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=2,
            wTotalLength=32,
            bNumInterfaces=1,
            bConfigurationValue=config + 1,
            iConfiguration=0,
            bmAttributes=0xC0,
            bMaxPower=1,
            extra_descriptors=(),
        )

    def get_interface_descriptor(self, dev: UsbPrinter, intf: int, alt: int, config: int) -> SimpleNamespace:
        setting = dev.settings[alt]
        return SimpleNamespace(
            bLength=9,
            bDescriptorType=4,
            bInterfaceNumber=intf,
            bAlternateSetting=alt,
            bNumEndpoints=len(setting.endpoints),
            bInterfaceClass=setting.interface_class,
            bInterfaceSubClass=1,
            bInterfaceProtocol=setting.protocol,
            iInterface=0,
            extra_descriptors=(),
        )

    def get_endpoint_descriptor(
        self, dev: UsbPrinter, ep: int, intf: int, alt: int, config: int
    ) -> SimpleNamespace:
        return SimpleNamespace(
            bLength=7,
            bDescriptorType=5,
            bEndpointAddress=dev.settings[alt].endpoints[ep],
            bmAttributes=_BULK,
            wMaxPacketSize=dev.packet_bytes,
            bInterval=0,
            bRefresh=0,
            bSynchAddress=0,
            extra_descriptors=(),
        )

    def open_device(self, dev: UsbPrinter) -> SimpleNamespace:
        self._must_be_there(dev)
        if not dev.permitted:
            raise USBError("Access denied (insufficient permissions)", -3, errno.EACCES)
        self.handles.append(SimpleNamespace(device=dev))
        return self.handles[-1]

    def close_device(self, dev_handle: SimpleNamespace) -> None:
        if dev_handle.device.claimed_by is dev_handle:
            dev_handle.device.claimed_by = None
        self.handles.remove(dev_handle)

    def get_configuration(self, dev_handle: SimpleNamespace) -> int:
        return 1 if dev_handle.device.configured else 0

    def set_configuration(self, dev_handle: SimpleNamespace, config_value: int) -> None:
        dev_handle.device.configured = True
        dev_handle.device.configurations += 1

    def set_interface_altsetting(self, dev_handle: SimpleNamespace, intf: int, altsetting: int) -> None:
        assert dev_handle.device.claimed_by is dev_handle
        dev_handle.device.setting = altsetting

    def is_kernel_driver_active(self, dev_handle: SimpleNamespace, intf: int) -> bool:
        return bool(dev_handle.device.usblp)

    def detach_kernel_driver(self, dev_handle: SimpleNamespace, intf: int) -> None:
        dev_handle.device.usblp = False

    def claim_interface(self, dev_handle: SimpleNamespace, intf: int) -> None:
        device = dev_handle.device
        if device.usblp or device.claimed_by is not None:
            raise USBError("Resource busy", -6, errno.EBUSY)
        device.claimed_by = dev_handle

    def release_interface(self, dev_handle: SimpleNamespace, intf: int) -> None:
        self._must_be_there(dev_handle.device)
        dev_handle.device.claimed_by = None

    def clear_halt(self, dev_handle: SimpleNamespace, ep: int) -> None:
        dev_handle.device.stalled.discard(ep)

    def ctrl_transfer(self, dev_handle: SimpleNamespace, *request: Any) -> int:
        """GET_DESCRIPTOR of a text."""
        _, _, value, _, data, _ = request
        assert value >> 8 == _TEXT
        index = value & 0xFF
        text = _LANGUAGES if index == 0 else dev_handle.device.serial.encode("utf-16-le")
        answer = bytes((2 + len(text), _TEXT)) + text
        data[: len(answer)] = array("B", answer)
        return len(answer)

    def bulk_write(self, dev_handle: SimpleNamespace, ep: int, intf: int, data: Any, timeout: int) -> int:
        """As libusb: what was taken before the time was over, or a timeout where nothing was."""
        device, until = dev_handle.device, _until(timeout)
        self._must_be_ours(dev_handle, ep)
        rest = data.tobytes()[: device.transfer_bytes]
        taken = 0
        while taken < len(rest):
            packet = rest[taken : taken + device.packet_bytes]
            if device.unplug_after is not None:
                packet = packet[: device.unplug_after]
                device.unplug_after -= len(packet)
            # A printer that has no room answers NAK, and the host asks again.
            if not select.select([], [device.line], [], max(0.0, until - time.monotonic()))[1]:
                break
            taken += device.line.send(packet)
            if device.unplug_after == 0:
                self.unplug(device)
            self._must_be_there(device)
        if not taken:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        return taken

    def bulk_read(self, dev_handle: SimpleNamespace, ep: int, intf: int, buff: Any, timeout: int) -> int:
        """One packet."""
        device = dev_handle.device
        self._must_be_ours(dev_handle, ep)
        if device.empty_packets and not select.select([device.line], [], [], 0)[0]:
            return 0
        if not select.select([device.line], [], [], max(0.0, _until(timeout) - time.monotonic()))[0]:
            raise USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        packet = device.line.recv(device.packet_bytes)
        if not packet:
            self.unplug(device)  # switched off
        self._must_be_there(device)
        if len(packet) > len(buff):
            raise USBError("Overflow", -8, errno.EOVERFLOW)
        buff[: len(packet)] = array("B", packet)
        return len(packet)

    def _must_be_there(self, printer: UsbPrinter) -> None:
        if printer not in self.plugged:
            raise USBError("No such device (it may have been disconnected)", -4, errno.ENODEV)

    def _must_be_ours(self, handle: SimpleNamespace, endpoint: int) -> None:
        self._must_be_there(handle.device)
        assert handle.device.claimed_by is handle
        assert endpoint in handle.device.alternative.endpoints
        if endpoint in handle.device.stalled:
            raise USBError("Pipe error", -9, errno.EPIPE)


@dataclass(frozen=True)
class OnBus:
    """The address of a printer on this bus."""

    bus: Usb
    address: UsbAddress

    def connect(self, within_s: float) -> UsbTransport:
        return open_printer(self.address, within_s, self.bus)

    def __str__(self) -> str:
        return str(self.address)


def _until(timeout: int) -> float:
    assert timeout > 0, "libusb takes nought for ever"
    return time.monotonic() + timeout / 1000
