"""A look at real photographs, when ATM_BIOMETRIC_DATA names them: the drawn persons must not be all we pass."""

import cv2
import numpy as np
import pytest

from biometric.camera import fit
from biometric.face.engine import FaceEngine
from biometric.face.matcher import EuclideanFaceMatcher
from biometric.face.photographs import people

PEOPLE = 8


@pytest.mark.real
def test_real_people_are_nearest_to_themselves(real_data):
    faces = real_data / "faces"
    cv2.setNumThreads(1)
    engine, matcher = FaceEngine(), EuclideanFaceMatcher()

    def samples(paths):
        found = []
        for path in paths:
            frame = fit(cv2.imread(str(path)))
            boxes = engine.detect(frame) if frame is not None else []
            if boxes:
                found.append(engine.embed(frame, boxes[0]).astype("<f4").tobytes())
        return found

    gallery, probes = people(faces / "gallery"), people(faces / "probe")
    names = [name for name in gallery if name in probes][:PEOPLE]
    templates = {name: matcher.template(taken) for name in names if (taken := samples(gallery[name][:3]))}
    probe = {name: taken for name in templates if (taken := samples(probes[name][:1]))}
    assert len(probe) >= 0.8 * len(names), "most photographs hold a face that is found"
    own = [matcher.distance(templates[name], taken) for name, taken in probe.items()]
    nearest = [min(templates, key=lambda other: matcher.distance(templates[other], taken)) for taken in probe.values()]
    assert np.median(own) < 0.5
    assert np.mean([name == found for name, found in zip(probe, nearest, strict=True)]) >= 0.9
