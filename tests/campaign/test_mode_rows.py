"""Rows of modes: nothing that was asked for is without one."""

import math

import stellar
from parode_core import Status
from stellar.shooting import solver

BU0 = "polytrope:gamma=2,K=100"
BAND = {"masses": "1.4", "gravity": "cowling", "band": "1000:3000", "solver": "shooting"}


def test_band_whose_search_fails_has_a_row_that_says_so(monkeypatch):
    def fails(*arguments):
        raise ArithmeticError("the integration failed")

    monkeypatch.setattr(solver, "cowling_modes", fails)
    (row,) = stellar.modes(BU0, l=3, **BAND).rows("modes")
    assert (row["label"], row["l"], row["complete"]) == ("band", 3, False)
    assert (row["status"], row["message"]) == (Status.MODE_NOT_FOUND, "the integration failed")
    assert math.isnan(row["frequency_hz"])


def test_band_without_a_mode_has_no_row():
    assert not stellar.modes(BU0, **BAND | {"band": "2500:3000"}).rows("modes")
