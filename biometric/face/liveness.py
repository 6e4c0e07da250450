"""Who stands before the camera is alive and does what it is asked, when it is asked: pure logic on observations.

One session: look at the camera (the baselines) → a neutral gap of unforeseeable length → the challenge → head back
→ gap → next challenge … → enough samples. All times are frame times; the wall clock is never asked, so recorded
frames may be fed as fast as they compute. Blink and turn alone do not stop a replayed video: only the
unforeseeable order (drawn by the caller) and timing (drawn here) do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from atm_app.ports import Box, FaceAdvice, FaceNotCaptured, FacePrompt, FaceRefusal, FaceRequest
from biometric.face.blink import Blink, BlinkWatch, EyeSight
from biometric.face.continuity import FaceTrack, same_face, spread
from biometric.face.engine import Embedding
from biometric.face.geometry import FaceFigures
from biometric.face.head_turn import LEAST_MEAN_DEPTH, TURNS_FOR_A_MEAN, TurnWatch

# Seconds before each challenge, drawn anew: a recording that once fitted by chance does not fit again.
SHORTEST_GAP_SECONDS, LONGEST_GAP_SECONDS = 0.4, 3.0
BASELINE_FRAMES = 15
# At ten frames a second fifteen frames would take too long; what counts is that they cover a while.
FEWEST_BASELINE_FRAMES = 7
BASELINE_SECONDS = 0.5
# Open eyes are the wide ones of the baseline: a half-shut frame among them must not lower it.
OPEN_EYES_PERCENTILE = 70
FRAMES_OF_REST = 3
# Faster than a person reads and reacts: such an answer was under way before the question.
FASTEST_ANSWER_SECONDS = 0.35
# The longer an answer may take, the more often a recording answers by chance.
ANSWER_SECONDS = 2.5
# Whoever was too slow may be about to answer: what comes this long after the time was up is overlooked.
LATE_ANSWER_SECONDS = 1.0
# No answer, or a blink faster than a person reads, is forgiven once a session, and twice where the screen's colours
# have to be followed as well. Turning the wrong way or unasked never is: a recording that turns at all cannot help it.
MOST_FAILED_ATTEMPTS, MOST_FAILED_WHEN_LIT = 1, 2
MOST_RESTARTS = 3
SAMPLES_BEFORE_CHALLENGES = 2
# Neighbouring frames make the same embedding; samples are to differ a little.
SAMPLE_SPACING_SECONDS = 0.08
# Below this share of frames with a face nobody was there.
NOBODY_SHARE = 0.1
WATCHED_ADVICE = frozenset(
    {FaceAdvice.NONE, FaceAdvice.TURNED, FaceAdvice.EYES_SHUT, FaceAdvice.BLURRED, FaceAdvice.OFF_CENTRE}
)
ACTION_ADVICE = frozenset({FaceAdvice.TURNED, FaceAdvice.EYES_SHUT})


class Stage(Enum):
    """Where a session is. SETTLE: back to the camera, a sample taken; GAP: nothing asked, nothing may happen."""

    BASELINE = auto()
    SETTLE = auto()
    GAP = auto()
    ASKED = auto()
    FINISHED = auto()


@dataclass(frozen=True)
class Observation:
    """One frame as liveness sees it. ``box`` and ``face`` are None when no face was found."""

    at: float
    advice: FaceAdvice
    box: Box | None = None
    face: FaceFigures | None = None


@dataclass(frozen=True)
class Step:
    """The answer to one observation. ``wants_sample``: embed this very frame and hand it to ``add_sample``."""

    prompt: FacePrompt
    advice: FaceAdvice
    fraction: float
    wants_sample: bool = False


def most_failed_attempts(request: FaceRequest) -> int:
    return MOST_FAILED_WHEN_LIT if request.flash else MOST_FAILED_ATTEMPTS


class LivenessCheck:
    """One face session. ``neutral_gap`` draws the seconds before each challenge."""

    def __init__(self, request: FaceRequest, neutral_gap: Callable[[], float]) -> None:
        self._request = request
        self._neutral_gap = neutral_gap
        self._began: float | None = None
        self._restarts = 0
        self._failed_attempts = 0
        self._tally: Counter[FaceAdvice] = Counter()
        self._last_face_at: float | None = None
        self._has_asked = False
        self._evidence: dict[str, float] = {}
        self._begin_again()

    def _begin_again(self) -> None:
        self.samples: list[Embedding] = []
        self._anchors: list[Embedding] = []
        self._track = FaceTrack()
        self._stage = Stage.BASELINE
        self._challenge = 0
        self._baseline: list[tuple[float, FaceFigures]] = []
        self._blinks = BlinkWatch(1.0)
        self.open_eyes: float | None = None
        self._nose_length = 1.0
        self._turn = TurnWatch(())
        self._depths: list[float] = []
        self._overlooked_until = float("-inf")
        self._gap_until = 0.0
        self._asked_at = 0.0
        self._rest_frames = 0
        self._rest_since = 0.0
        self._head_is_away = False
        self._sample_owed = False
        self._last_sample_at = float("-inf")

    # --- what the session asks ------------------------------------------------------------------------------------

    @property
    def finished(self) -> bool:
        return self._stage is Stage.FINISHED

    @property
    def nose_at_rest(self) -> float:
        """Nose to jaw of the baseline. A head counts as back from a turn well before it is."""
        return self._turn.rest_nose

    def observe(self, seen: Observation) -> Step:
        """Take one frame. Raises FaceNotCaptured when the patience is over or the face is not a live one."""
        if self._began is None:
            self._began = seen.at
        if seen.at - self._began >= self._request.patience:
            raise self._refuse(self._reason_at_the_end(seen.at))
        self._tally[seen.advice] += 1
        turning = self._asked_to_turn() or self._prompt() is FacePrompt.LOOK_BACK
        if not self._track.follow(seen.box, seen.at, turning):
            self._lose_track(seen.box is not None)
        if seen.box is None or seen.face is None or seen.advice not in WATCHED_ADVICE:
            self._rest_frames = 0
            return self._step(seen.advice)
        self._last_face_at = seen.at
        return self._watch(seen, seen.face)

    def add_sample(self, sample: Embedding, at: float) -> None:
        """Take the embedding of the frame a step asked for.

        Another face before the first challenge starts the session anew (somebody stepped in front); after it, raises
        FaceNotCaptured (FACE_CHANGED).
        """
        if not same_face(self._anchors or self.samples, sample):
            self._restarts += 1
            if self._has_asked or self._restarts > MOST_RESTARTS:
                raise self._refuse(FaceRefusal.FACE_CHANGED)
            self._begin_again()
        self.samples.append(sample)
        self._sample_owed = False
        self._last_sample_at = at
        if spread(self.samples) >= 0.5:
            raise self._refuse(FaceRefusal.FACE_CHANGED)
        if self._stage is Stage.SETTLE and self._all_answered and len(self.samples) >= self._request.samples_wanted:
            self._finish(at)

    def _finish(self, at: float) -> None:
        self._stage = Stage.FINISHED
        seen_at_rest = self._baseline[-1][0] - self._baseline[0][0] + at - self._rest_since
        self._evidence["seconds_without_challenge"] = round(seen_at_rest, 3)

    def evidence(self) -> dict[str, float]:
        """Figures for the audit: depths of blinks, turns reached, failed attempts, restarts, spread of the samples."""
        return {
            **self._evidence,
            "failed_attempts": float(self._failed_attempts),
            "restarts": float(self._restarts),
            "sample_spread": round(spread(self.samples), 4),
        }

    # --- one frame ----------------------------------------------------------------------------------------------

    def _watch(self, seen: Observation, face: FaceFigures) -> Step:
        blink = None
        if self.open_eyes is not None:
            blink = self._blinks.feed(EyeSight(seen.at, self._eyes_alone(face), face.nose_to_jaw, face.pitch))
        good = seen.advice is FaceAdvice.NONE
        self._turn.feed(face)
        if self._turn.reached and not self._turn.turned:
            self._evidence["flat_turn"] = round(abs(self._turn.change), 3)
        wants_sample = False
        if self._stage is Stage.BASELINE:
            wants_sample = good and self._take_baseline(seen.at, face)
        elif self._stage is Stage.SETTLE:
            wants_sample = self._settle(seen.at, good and self._turn.is_back and seen.at >= self._overlooked_until)
        elif self._stage is Stage.GAP:
            self._wait_gap(seen.at, blink is not None)
        elif self._stage is Stage.ASKED:
            self._judge_answer(seen.at, blink)
        return self._step(seen.advice, wants_sample)

    def _eyes_alone(self, face: FaceFigures) -> float:
        """The eye-aspect ratio, less what the whole face has shortened by: a print that is tipped does not blink."""
        shortened = face.nose_length / max(self._nose_length, 1e-3)
        return face.eye_aspect / min(1.0, max(shortened, 1e-3))

    def _take_baseline(self, at: float, face: FaceFigures) -> bool:
        """Collect the face at rest; true when this frame is to be a sample."""
        self._baseline.append((at, face))
        covered = at - self._baseline[0][0]
        enough = len(self._baseline) >= BASELINE_FRAMES or (
            len(self._baseline) >= FEWEST_BASELINE_FRAMES and covered >= BASELINE_SECONDS
        )
        if enough and len(self.samples) >= SAMPLES_BEFORE_CHALLENGES:
            self._fix_baseline()
            return False
        return len(self.samples) < SAMPLES_BEFORE_CHALLENGES and self._is_sample_due(at)

    def _fix_baseline(self) -> None:
        faces = [face for _, face in self._baseline]
        self.open_eyes = float(np.percentile([face.eye_aspect for face in faces], OPEN_EYES_PERCENTILE))
        self._nose_length = float(np.median([face.nose_length for face in faces]))
        self._turn = TurnWatch(faces)
        self._blinks = BlinkWatch(max(self.open_eyes, 1e-3))
        self._anchors = list(self.samples)
        self._evidence["open_eyes"] = round(self.open_eyes, 3)
        self._stage = Stage.SETTLE

    def _settle(self, at: float, at_rest: bool) -> bool:
        self._rest_frames = self._rest_frames + 1 if at_rest else 0
        if self._rest_frames == 1:
            self._rest_since = at
        if self._rest_frames < FRAMES_OF_REST:
            return False
        self._head_is_away = False
        more_challenges = not self._all_answered
        if not more_challenges and len(self.samples) < self._request.samples_wanted:
            return self._is_sample_due(at)
        if self._sample_owed:
            return self._is_sample_due(at)
        if more_challenges:
            self._stage = Stage.GAP
            self._gap_until = at + self._neutral_gap()
        else:
            self._finish(at)
        return False

    def _wait_gap(self, at: float, blinked: bool) -> None:
        if self._turn.turned:
            raise self._refuse(FaceRefusal.NOT_LIVE)
        if at < self._gap_until and not blinked:
            return
        eyes_busy = blinked or self._blinks.eyes_shut_since is not None
        if self._asks_blink() and eyes_busy:
            # People blink by themselves every four seconds: the gap begins again, for as long as patience lasts.
            self._gap_until = at + self._neutral_gap()
        elif at >= self._gap_until and self._turn.is_back:
            self._stage = Stage.ASKED
            self._asked_at = at
            self._has_asked = True

    def _judge_answer(self, at: float, blink: Blink | None) -> None:
        earliest = self._asked_at + FASTEST_ANSWER_SECONDS
        if self._turn.turned:
            wanted = {FacePrompt.TURN_LEFT: 1.0, FacePrompt.TURN_RIGHT: -1.0}.get(self._asked(), 0.0)
            if at < earliest or self._turn.change * wanted <= 0:
                raise self._refuse(FaceRefusal.NOT_LIVE)
            self._depths.append(self._turn.depth)
            self._evidence["turn_depth"] = round(float(np.mean(self._depths)), 3)
            self._pass_challenge("turn", abs(self._turn.change))
        elif blink is not None and self._asks_blink():
            if blink.started >= earliest:
                self._pass_challenge("blink", blink.depth)
            else:
                self._fail_attempt(at)
        elif at - self._asked_at > ANSWER_SECONDS:
            self._fail_attempt(at)

    # --- steps between stages -----------------------------------------------------------------------------------

    def _pass_challenge(self, kind: str, figure: float) -> None:
        self._challenge += 1
        self._evidence[f"{self._challenge}_{kind}"] = round(figure, 3)
        enough = self._all_answered and len(self._depths) >= TURNS_FOR_A_MEAN
        if enough and np.mean(self._depths) < LEAST_MEAN_DEPTH:
            raise self._refuse(FaceRefusal.NOT_LIVE)
        self._back_to_settle()
        self._sample_owed = True

    def _fail_attempt(self, at: float) -> None:
        self._failed_attempts += 1
        self._overlooked_until = at + LATE_ANSWER_SECONDS
        if self._failed_attempts > most_failed_attempts(self._request):
            raise self._refuse(FaceRefusal.NOT_LIVE)
        self._back_to_settle()

    def _back_to_settle(self) -> None:
        self._stage = Stage.SETTLE
        self._rest_frames = 0
        self._head_is_away = not self._turn.is_back

    def _lose_track(self, is_back: bool) -> None:
        """The face jumped or was away.

        Once a challenge has been shown, whoever comes back would know what is asked: refused. Before that all
        starts anew; only restarts after the baseline are counted.
        """
        if self._has_asked:
            if is_back:
                raise self._refuse(FaceRefusal.FACE_CHANGED)
            return
        if self.open_eyes is not None:
            self._restarts += 1
            if self._restarts > MOST_RESTARTS:
                raise self._refuse(FaceRefusal.NOT_LIVE)
        self._begin_again()

    def _is_sample_due(self, at: float) -> bool:
        return at - self._last_sample_at >= SAMPLE_SPACING_SECONDS

    # --- prompts and refusals -----------------------------------------------------------------------------------

    @property
    def _all_answered(self) -> bool:
        return self._challenge == len(self._request.challenges)

    def _asked(self) -> FacePrompt:
        return self._request.challenges[self._challenge]

    def _asks_blink(self) -> bool:
        return self._asked() is FacePrompt.BLINK

    def _asked_to_turn(self) -> bool:
        return self._stage is Stage.ASKED and not self._asks_blink()

    def _prompt(self) -> FacePrompt:
        if self._stage is Stage.ASKED:
            return self._asked()
        if self._stage is Stage.FINISHED:
            return FacePrompt.DONE
        return FacePrompt.LOOK_BACK if self._head_is_away else FacePrompt.LOOK

    def _step(self, advice: FaceAdvice, wants_sample: bool = False) -> Step:
        prompt = self._prompt()
        if prompt not in (FacePrompt.LOOK, FacePrompt.DONE) and advice in ACTION_ADVICE:
            advice = FaceAdvice.NONE
        return Step(prompt, advice, self._fraction(), wants_sample)

    def _fraction(self) -> float:
        if self._stage is Stage.FINISHED:
            return 1.0
        baseline = 1.0 if self.open_eyes is not None else min(1.0, len(self._baseline) / BASELINE_FRAMES)
        taken = min(1.0, len(self.samples) / max(1, self._request.samples_wanted))
        parts = len(self._request.challenges) + 2
        return min(0.99, (baseline + self._challenge + taken) / parts)

    def _refuse(self, reason: FaceRefusal) -> FaceNotCaptured:
        return FaceNotCaptured(reason, self.evidence())

    def _reason_at_the_end(self, at: float) -> FaceRefusal:
        """Why patience ran out, by what was seen most."""
        total = sum(self._tally.values())
        if total - self._tally[FaceAdvice.NO_FACE] <= NOBODY_SHARE * total:
            return FaceRefusal.NOBODY
        if self._last_face_at is not None and at - self._last_face_at > self._request.patience / 2:
            return FaceRefusal.NOBODY
        if self._tally[FaceAdvice.SEVERAL_FACES] > total / 2:
            return FaceRefusal.SEVERAL_FACES
        if self.open_eyes is not None and self._request.challenges:
            return FaceRefusal.NOT_LIVE
        return FaceRefusal.POOR_PICTURE
