"""How large the X display is now. Tk asks once, when it starts; who changes the resolution later is not heard by it."""

from __future__ import annotations

import ctypes
import logging
from ctypes import POINTER, byref, c_char_p, c_int, c_uint, c_ulong, c_void_p

log = logging.getLogger(__name__)

LIBRARY = "libX11.so.6"  # Tk itself stands on it


class ScreenSize:
    """A connection of its own to the display called ``name``; a look takes one round trip, 0.1 ms."""

    def __init__(self, name: str) -> None:
        self._x = _library()
        self._display = self._x.XOpenDisplay(name.encode()) if self._x is not None else None

    def now(self) -> tuple[int, int] | None:
        """Pixels; None where nothing tells."""
        if self._x is None or not self._display:
            return None
        width, height = c_uint(), c_uint()
        root, unused = c_ulong(), c_uint()
        left, top = c_int(), c_int()
        found = self._x.XGetGeometry(
            self._display, self._x.XDefaultRootWindow(self._display), byref(root), byref(left), byref(top),
            byref(width), byref(height), byref(unused), byref(unused),
        )  # fmt: skip
        return (width.value, height.value) if found else None

    def close(self) -> None:
        """Calling it twice does nothing."""
        if self._x is not None and self._display:
            self._x.XCloseDisplay(self._display)
        self._display = None


def _library() -> ctypes.CDLL | None:
    try:
        x = ctypes.CDLL(LIBRARY)
    except OSError as error:
        log.warning("changes of the resolution are not noticed: %s", error)
        return None
    x.XOpenDisplay.restype, x.XOpenDisplay.argtypes = c_void_p, [c_char_p]
    x.XDefaultRootWindow.restype, x.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
    x.XCloseDisplay.argtypes = [c_void_p]
    x.XGetGeometry.argtypes = [
        c_void_p, c_ulong, POINTER(c_ulong), POINTER(c_int), POINTER(c_int), POINTER(c_uint), POINTER(c_uint),
        POINTER(c_uint), POINTER(c_uint),
    ]  # fmt: skip
    return x
