"""A receipt printer in software: each receipt becomes a picture in a folder."""

from __future__ import annotations

from pathlib import Path

from atm_app.ports import DeviceState, DeviceStatus, DeviceUnavailable

NAME = "printer"


class VirtualPrinter:
    """``last``: the latest receipt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._paper = True
        self.last: Path | None = None

    def status(self) -> DeviceStatus:
        if not self._paper:
            return DeviceStatus(NAME, DeviceState.USER_ERROR, virtual=True, advice="load paper")
        return DeviceStatus(NAME, DeviceState.ONLINE, virtual=True)

    def print(self, picture: bytes, name: str) -> None:
        if not self._paper:
            raise DeviceUnavailable("the printer has no paper")
        path = self._folder / f"{name}.png"
        try:
            path.write_bytes(picture)
        except OSError as error:
            raise DeviceUnavailable(f"the receipt could not be written: {error.strerror}") from error
        self.last = path

    def load_paper(self, loaded: bool) -> None:
        self._paper = loaded
