"""Stars of every named equation of state against an independent computation."""

import pytest

from stellar.cli.eos_stars import agrees
from stellar.eos.catalogue.expected_stars import expected_stars
from stellar.eos.catalogue.fits import FITS
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.functionals import FUNCTIONALS
from stellar.shooting.landmarks import landmarks

ENTRIES = {**FUNCTIONALS, **FITS}
EVERYDAY = ("bsk22", "nl3", "fsu2r", "dd2", "apr", "bsk21-fit")


def slow_but_for(everyday, names):
    return [
        name if name in everyday else pytest.param(name, marks=pytest.mark.slow) for name in names
    ]


def test_every_fit_and_nearly_every_functional_has_expected_stars():
    assert set(ENTRIES) - set(expected_stars()) == {"sly5", "sly230a", "bsk25"}


@pytest.mark.parametrize("name", slow_but_for(EVERYDAY, ENTRIES))
def test_landmarks_are_the_stated_ones_and_agree_with_an_independent_computation(name):
    found, entry = landmarks(resolve(name)), ENTRIES[name]
    assert found.m_max_msun == pytest.approx(entry.m_max_msun, abs=1e-4)
    assert found.r_14_km == pytest.approx(entry.r_14_km, abs=1e-3)
    if name in expected_stars():
        assert agrees(name, found, expected_stars()[name])


@pytest.mark.slow
@pytest.mark.parametrize("spec", [spec for spec in expected_stars() if ":" in spec])
def test_members_of_families_agree_with_an_independent_computation(spec):
    assert agrees(spec, landmarks(resolve(spec)), expected_stars()[spec])


@pytest.mark.parametrize(
    ("spec", "m_max", "r_14", "lambda_14"),
    [
        # unified tables of the same functionals, with crusts of BSk24: LALSimulation's values
        ("sly230a:crust=bsk24", 2.0988, 11.841, 329.4),
        pytest.param("bsk24:crust=bsk24", 2.2796, 12.577, 516.9, marks=pytest.mark.slow),
        ("dd2:crust=bsk24", 2.4182, 13.197, 686.8),
    ],
)
def test_stars_with_the_bsk24_crust_are_near_those_of_unified_tables(spec, m_max, r_14, lambda_14):
    found = landmarks(resolve(spec))
    assert found.m_max_msun == pytest.approx(m_max, abs=0.005)
    assert found.r_14_km == pytest.approx(r_14, abs=0.04)
    assert found.lambda_14 == pytest.approx(lambda_14, rel=0.01)
