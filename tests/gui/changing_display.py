"""A display whose resolution changes while somebody paints on it, as ``xrandr`` does it."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_ulong, c_ushort, c_void_p

LIBRARIES = "libX11.so.6", "libXrandr.so.2"
MILLIMETRES = 300, 200


class ScreenResources(ctypes.Structure):
    """The beginning of Xrandr's XRRScreenResources."""

    _fields_ = [
        ("timestamp", c_ulong), ("configured", c_ulong), ("count", c_int), ("controllers", POINTER(c_ulong)),
    ]  # fmt: skip


class ChangingDisplay:
    """A client of the display ``name``. Raises OSError without Xrandr's library."""

    def __init__(self, name: str) -> None:
        self._x, self._randr = (ctypes.CDLL(library) for library in LIBRARIES)
        self._x.XOpenDisplay.restype, self._x.XOpenDisplay.argtypes = c_void_p, [c_char_p]
        self._x.XDefaultRootWindow.restype, self._x.XDefaultRootWindow.argtypes = c_ulong, [c_void_p]
        self._x.XSync.argtypes = [c_void_p, c_int]
        self._x.XCloseDisplay.argtypes = [c_void_p]
        self._display = self._x.XOpenDisplay(name.encode())
        self._root = self._x.XDefaultRootWindow(self._display)
        self._switch_off_controller()

    def resize(self, width: int, height: int) -> None:
        """No larger than the server was started with."""
        set_size = self._randr.XRRSetScreenSize
        set_size.argtypes = [c_void_p, c_ulong, *[c_int] * 4]
        set_size(self._display, self._root, width, height, *MILLIMETRES)
        self._x.XSync(self._display, 0)

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)

    def _switch_off_controller(self) -> None:
        """A screen is never smaller than what a controller of it shows."""
        get, put = self._randr.XRRGetScreenResources, self._randr.XRRSetCrtcConfig
        get.restype, get.argtypes = POINTER(ScreenResources), [c_void_p, c_ulong]
        put.argtypes = [c_void_p, c_void_p, c_ulong, c_ulong, c_int, c_int, c_ulong, c_ushort, c_void_p, c_int]
        found = get(self._display, self._root)
        for number in range(found.contents.count):
            put(self._display, found, found.contents.controllers[number], 0, 0, 0, 0, 1, None, 0)
