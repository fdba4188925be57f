"""An X server's pixels and pointer, from outside: what stands on the screen, whoever drew it, and a finger.

Over libX11 and libXtst, which xdotool needs too. A row of pixels takes a fiftieth of a millisecond.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from demo.parts import StageError

_ALL_PLANES = ctypes.c_ulong(-1).value
_Z_PIXMAP = 2
_LEFT_BUTTON = 1


class _Image(ctypes.Structure):
    """The beginning of Xlib's `XImage`."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class XScreen:
    """A context manager. Raises `StageError` where libraries or display are missing."""

    def __init__(self, display: str, width_px: int) -> None:
        self._name, self._width = display, width_px

    def __enter__(self) -> Self:
        try:
            self._x, self._test = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        except OSError as error:
            raise StageError(f"{error}; apt install xdotool") from error
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        opened = self._x.XOpenDisplay(self._name.encode())
        if opened is None:
            raise StageError(f"no X server at {self._name}")
        self._display = ctypes.c_void_p(opened)
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x.XCloseDisplay(self._display)

    def rows(self, heights: Iterable[int]) -> bytes:
        """The pixels of whole rows of the screen, as the server keeps them."""
        return b"".join(self._row(y) for y in heights)

    def _row(self, y: int) -> bytes:
        planes = ctypes.c_ulong(_ALL_PLANES)
        image = self._x.XGetImage(self._display, self._root, 0, y, self._width, 1, planes, _Z_PIXMAP)
        if not image:
            raise StageError(f"row {y} of {self._name} was not given")
        try:
            return ctypes.string_at(image.contents.data, image.contents.bytes_per_line)
        finally:
            self._x.XDestroyImage(image)

    def point(self, x: int, y: int) -> None:
        """The finger is over this pixel."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x.XFlush(self._display)

    def press(self) -> None:
        self._button(down=True)

    def lift(self) -> None:
        self._button(down=False)

    def _button(self, *, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, _LEFT_BUTTON, int(down), ctypes.c_ulong(0))
        self._x.XFlush(self._display)
