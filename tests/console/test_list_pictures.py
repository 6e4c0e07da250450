"""Lists with photographs and pictures of fingers through the console's real window: looked at beside it, signed with
the list, and found out when they were exchanged."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, process_time

import pytest
from PIL import Image

from atm_app.branch.list_desk import ReadList
from atm_app.branch.long_work import LongWork
from atm_app.branch.permissions import NotAllowed
from atm_app.branch.roles import Role
from atm_app.branch.staff_session import StaffSession
from atm_app.identity.captures import EnrolmentProblem
from atm_app.identity.customer_import import NotAsTried
from atm_app.picture_ports import PictureFault, UnusablePicture
from atm_app.ports import Cancelled, DeviceUnavailable
from atm_app.stores import Factor
from biometric import picture_process
from biometric.picture_process import PictureProcess
from biometric.virtual.finger_print import grow
from biometric.virtual.finger_touch import draw_touch, press
from tests.biometric.test_picture_folder import png
from tests.branch.walk import Walk, fresh_number
from tests.console.conftest import Clerk
from tests.console.test_lists import choose
from tests.console.test_records import ended
from tests.gui.layout import clipped, visible
from tests.waiting import is_alive, live, wait_until

HEADING = "number,name,email,photographs,fingerprints,consents\n"
# Of the window's own loop: what is later than this is seen as a jerk.
LATEST_TICK, TICK_MILLISECONDS = 0.1, 10
# Seconds, on a busy machine; 20 people take ten times as long.
STOPPED_WITHIN = 2.0


def line(number: str, photographs: str = "", fingers: str = "") -> str:
    return f"{number},Mira Sen,{number}@customer.example,{photographs},{fingers},face|fingerprint\n"


@pytest.fixture
def finger(tmp_path: Path) -> Path:
    """A folder with the pictures of two fingers."""
    for number, name in ((6003, "finger.png"), (6004, "other.png")):
        Image.fromarray(press(grow(number), draw_touch(1))).save(tmp_path / name)
    return tmp_path


class Ticks:
    """How much later than it was due the window's loop came to a tick of ours, at worst, in seconds: as far as this
    process itself was at work meanwhile. Who else has the processors of a busy machine is not what is asked here; the
    interpreter's lock is held by what computes."""

    def __init__(self, clerk: Clerk) -> None:
        self._root, self.worst, self.count = clerk.root, 0.0, 0
        self._plan()

    def _plan(self) -> None:
        self._due, self._worked = monotonic() + TICK_MILLISECONDS / 1000, process_time()
        self._next = self._root.after(TICK_MILLISECONDS, self._tick)

    def _tick(self) -> None:
        late, worked = monotonic() - self._due, process_time() - self._worked
        self.worst, self.count = max(self.worst, min(late, worked)), self.count + 1
        self._plan()

    def stop(self) -> None:
        self._root.after_cancel(self._next)


def people_of(real_data: Path, folder: Path, count: int) -> list[tuple[str, tuple[str, ...]]]:
    """Two photographs each of so many real people, copied into a folder: a number, and their names."""
    found = []
    for person in sorted((real_data / "faces" / "gallery").iterdir())[:count]:
        files = tuple(path.name for path in sorted(person.iterdir())[:2])
        for file in files:
            shutil.copy(person / file, folder / file)
        found.append((fresh_number(6), files))
    return found


def told(clerk: Clerk) -> str:
    return next(text for text in clerk.texts if text.startswith("people.csv"))


@pytest.mark.real
def test_real_faces_are_brought_in_while_the_window_stays_fluid(
    clerk: Clerk, walk: Walk, real_data: Path, tmp_path: Path
) -> None:
    """From the list to the templates in the database; a tick of the window's loop is never a tenth of a second late."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    sharpton, costa, crowd, guevara, stranger = people_of(real_data, pictures, 5)
    shutil.copy(real_data / "fingerprints/fvc2002_DB1_B/101_1.png", pictures / "finger.png")
    path = tmp_path / "people.csv"
    path.write_text(HEADING + "".join((
        line(sharpton[0], sharpton[1][0], "right_index=finger.png"), line(costa[0], "|".join(costa[1])),
        line(fresh_number(6), sharpton[1][1]), line(crowd[0], crowd[1][0]), line(guevara[0], guevara[1][0]),
    )))  # fmt: skip
    clerk.as_(Role.TELLER)
    choose(clerk, path)
    assert told(clerk) == "people.csv: 5 good lines, 7 pictures, 0 that cannot be read."
    clerk.fill(folder=str(pictures))
    ticks = Ticks(clerk)
    clerk.press("Try it")
    assert "Stop" in clerk.buttons
    ended(clerk)
    tried, ticks.worst = ticks.worst, 0.0
    assert told(clerk) == "people.csv, tried: 3 new, 0 there already, 2 refused. Nothing was kept."
    assert [clerk.cells(key) for key in ("0", "1")] == [
        ("4", "photographs", "the same face is enrolled already: of line 2"),
        ("5", "photographs", "a photograph shows several faces"),
    ]
    assert not list(clipped(list(visible(clerk.top.frame))))
    shutil.copy(pictures / stranger[1][0], pictures / guevara[1][0])
    clerk.press("Bring it in")
    assert {"pictures", "7", "digest of pictures"} <= set(clerk.texts)
    assert not list(clipped(list(visible(clerk.top.frame))))
    clerk.have_signed_by(clerk.branch.person(Role.TELLER))
    ended(clerk)
    ticks.stop()
    assert told(clerk) == "people.csv, brought in: 2 new, 0 there already, 3 refused."
    assert clerk.cells("2") == ("6", "photographs", "a picture was exchanged since the list was tried")
    customer = walk.storage.customers.find(sharpton[0])
    assert customer is not None
    labels = walk.storage.customer_files.templates(customer.customer_id)
    assert sorted((label.kind, label.position) for label in labels) == [
        (Factor.FACE, "face"), (Factor.FINGERPRINT, "right_index"),
    ]  # fmt: skip
    assert walk.storage.customers.find(guevara[0]) is None
    print(f"a tick of {TICK_MILLISECONDS} ms was at worst {1000 * tried:.0f} ms late while pictures were tried, "
          f"{1000 * ticks.worst:.0f} ms while they were brought in; {ticks.count} ticks")  # fmt: skip
    assert max(tried, ticks.worst) < LATEST_TICK


def read_list(walk: Walk, session: StaffSession, folder: Path, lines: str) -> ReadList:
    path = folder / "people.csv"
    path.write_text(HEADING + lines)
    return walk.console.lists.read(session, str(path)).in_folder(str(folder))


@pytest.mark.slow
def test_a_signature_is_under_the_pictures_too(walk: Walk, finger: Path) -> None:
    """Whoever tries the list again with another picture needs another signature; a line whose pictures were not tried
    brings in nobody."""
    session, desk, number = walk.branch.session(walk.first[Role.TELLER]), walk.console.lists, fresh_number(6)
    read = read_list(walk, session, finger, line(number, fingers="left_thumb=finger.png"))
    untried = desk.bring_in(session, read, walk.approval(session, read.action(walk.terminal)), LongWork())
    assert [problem.problem for problem in untried.problems] == [str(NotAsTried())]
    signed = read.tried(desk.attempt(session, read, LongWork()))
    approval = walk.approval(session, signed.action(walk.terminal))
    (finger / "other.png").rename(finger / "finger.png")
    other = read.tried(desk.attempt(session, read, LongWork()))
    with pytest.raises(NotAllowed):
        desk.bring_in(session, other, approval, LongWork())
    assert walk.storage.customers.find(number) is None


@pytest.mark.slow
@pytest.mark.real
def test_what_is_wrong_with_a_picture_is_told_by_its_line(walk: Walk, finger: Path, real_data: Path) -> None:
    """Through the whole of it, each line apart; whoever has a good picture is not held up by the others."""
    session, number = walk.branch.session(walk.first[Role.TELLER]), fresh_number(6)
    (finger.parent / "outside.png").write_bytes((finger / "finger.png").read_bytes())
    (finger / "wide.png").write_bytes(png(20_000, 20_000))
    (finger / "thin.png").write_bytes(png(20_000, 3, whole=True))
    (finger / "bomb.png").write_bytes(png(2**31 - 1, 2**31 - 1))
    with zipfile.ZipFile(finger / "zip.jpg", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", bytes(10_000_000))
    (finger / "text.jpg").write_text("no picture at all")
    shutil.copy(real_data / "faces/gallery/Ali_Naimi/Ali_Naimi_0003.jpg", finger / "crowd.jpg")
    faces = {
        "finger.png": "no face", "crowd.jpg": "several faces", "gone.jpg": "no such file", "text.jpg": "not a PNG",
        "wide.png": "64 megapixels", "thin.png": "a pixel high or wide", "bomb.png": "64 megapixels",
        "zip.jpg": "not a PNG", "../outside.png": "no such file", "/etc/hostname": "no such file",
    }  # fmt: skip
    lines = [line(fresh_number(6), photographs=file) for file in faces]
    lines += [line(fresh_number(6), fingers="left_thumb=thin.png"), line(number, fingers="left_thumb=finger.png")]
    read = read_list(walk, session, finger, "".join(lines))
    outcome = walk.console.lists.attempt(session, read, LongWork())
    assert [one.number for one in outcome.done] == [number]
    told = [(problem.line, problem.column, problem.problem) for problem in outcome.problems]
    for (line_number, column, problem), (place, wanted) in zip(told, enumerate(faces.values(), 2), strict=False):
        assert (line_number, column) == (place, "photographs")
        assert wanted in problem, (line_number, problem)
    assert told[-1][:2] == (len(faces) + 2, "fingerprints")
    assert walk.storage.customers.find(number) is None


@pytest.mark.slow
@pytest.mark.real
def test_stopped_while_a_picture_is_looked_at_the_window_goes_on_at_once(
    clerk: Clerk, walk: Walk, real_data: Path, tmp_path: Path
) -> None:
    people, path = people_of(real_data, tmp_path, 20), tmp_path / "people.csv"
    path.write_text(HEADING + "".join(line(number, "|".join(files)) for number, files in people))
    clerk.as_(Role.TELLER)
    choose(clerk, path)
    clerk.press("Try it")
    dialog = clerk.top

    def come_on() -> bool:
        live(clerk.root)
        return bool(dialog._work.done)

    wait_until(come_on, "the first line is done", seconds=60.0)
    assert 0 < dialog._work.done < len(people)
    began = monotonic()
    clerk.press("Stop")
    ended(clerk)
    assert clerk.told == "Stopped. Nothing of it was kept."
    assert monotonic() - began < STOPPED_WITHIN
    assert not [each for each in multiprocessing.active_children() if each.name == "pictures"]
    assert not any(walk.storage.customers.find(number) for number, _ in people)


# --- the process that looks ------------------------------------------------------------------------------------------


def process_of(pictures: PictureProcess) -> int:
    assert pictures._process is not None
    assert pictures._process.pid is not None
    return pictures._process.pid


@pytest.mark.slow
def test_what_ends_the_process_is_one_lines_and_the_next_is_looked_at_anew(finger: Path) -> None:
    pictures = PictureProcess(finger)
    assert pictures.finger("left_thumb", "finger.png").position == "left_thumb"
    first = process_of(pictures)
    assert os.getpriority(os.PRIO_PROCESS, first) > os.getpriority(os.PRIO_PROCESS, 0), "customers come first"
    os.kill(first, signal.SIGSTOP)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(UnusablePicture, match="broke off"):
        pictures.finger("left_thumb", "finger.png")
    assert pictures.finger("left_thumb", "finger.png").template
    with pytest.raises(UnusablePicture, match="no such file") as told:
        pictures.finger("left_thumb", "../finger.png")
    assert told.value.fault is PictureFault.UNREADABLE
    assert list(pictures.digests) == ["finger.png"]
    second = process_of(pictures)
    pictures.close()
    wait_until(lambda: not is_alive(first) and not is_alive(second), "nothing of it is left")


@pytest.mark.slow
def test_a_process_that_hangs_is_stopped_by_whoever_asked_or_by_the_clock(
    finger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = False
    pictures = PictureProcess(finger, None, lambda: stopped)
    pictures.finger("left_thumb", "finger.png")
    os.kill(process_of(pictures), signal.SIGSTOP)
    monkeypatch.setattr(picture_process, "PICTURE_SECONDS", 0.3)
    with pytest.raises(UnusablePicture, match="too long"):
        pictures.finger("left_thumb", "finger.png")
    stopped = True
    with pytest.raises(Cancelled):
        pictures.finger("left_thumb", "finger.png")
    assert pictures._process is None
    pictures.close()


@pytest.mark.parametrize(("error", "raised"), [
    (FileNotFoundError("/secret/models"), DeviceUnavailable), (MemoryError(), UnusablePicture),
    (EnrolmentProblem("a photograph shows no face"), EnrolmentProblem),
])  # fmt: skip
def test_what_goes_wrong_there_is_told_here(
    error: Exception, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(picture_process.PictureFolder):
        def finger(self, finger: str, file: str) -> None:
            raise error

    looked_at: Callable[..., object] = picture_process._looked_at
    answer = looked_at(Wrong(None), picture_process.LookAtFinger("left_thumb", "a.png"))
    pictures = PictureProcess(None)
    monkeypatch.setattr(pictures, "_started", lambda: Answering(answer))
    with pytest.raises(raised) as told:
        pictures.finger("left_thumb", "a.png")
    assert "secret" not in str(told.value)


class Answering:
    """The end of a line at whose other end this answer lies."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def send(self, _: object) -> None:
        pass

    def poll(self, _: float) -> bool:
        return True

    def recv(self) -> object:
        return self.answer
