"""The code an authenticator app is set up with can be read by a camera."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from gui.qr_code import qr_code

URI = "otpauth://totp/Sahyadri%20Bank:100001?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sahyadri%20Bank"


@pytest.mark.parametrize("side", [420, 210])
def test_a_telephone_reads_it(side: int) -> None:
    picture = np.asarray(qr_code(URI, side).convert("L"))
    assert picture.shape[0] <= side
    text, corners, _ = cv2.QRCodeDetector().detectAndDecode(picture)
    assert corners is not None
    assert text == URI
