"""`stellar eos stars`: computed landmarks beside the numbers of an independent computation."""

import json

import pytest

from stellar.cli.eos_stars import agrees
from stellar.eos.catalogue.expected_stars import ExpectedStars
from stellar.shooting.landmarks import Landmarks


def test_table_sets_computed_numbers_beside_the_expected_ones(stellar):
    outcome = stellar("eos", "stars", "sly", "constant-density:eps=1e15")
    assert outcome.code == 0
    head, tabulated, uniform, *_ = outcome.out.splitlines()
    assert head.split()[:2] == ["M_max", "expected"]
    assert tabulated.split() == [
        *("sly4", "2.0503", "2.0503", "11.712", "11.711", "298.3", "298.3", "agrees"),
    ]
    # an incompressible star has no maximum before its central pressure diverges, nor a reference
    assert uniform.split()[1:3] == ["-", "-"]


def test_json_is_strict_and_says_whether_the_numbers_agree(stellar):
    content = json.loads(stellar("eos", "stars", "apr", "--json").out)
    (row,) = content["stars"]
    assert row["spec"] == "apr"
    assert row["agrees"] is True
    assert row["expected"]["lambda_14"] == 265.6


def test_unknown_name_ends_with_its_exit_code_and_one_sentence(stellar):
    outcome = stellar("eos", "stars", "slyy")
    assert (outcome.code, outcome.out) == (3, "")
    assert "Did you mean sly" in outcome.err


@pytest.mark.parametrize(
    ("stated", "verdict"),
    [
        (ExpectedStars(2.05, 11.7, 300.0), True),
        (ExpectedStars(2.06, 11.7, 300.0), False),
        (ExpectedStars(2.05, 11.73, 300.0), False),
        (ExpectedStars(2.05, 11.7, 296.0), False),
        (ExpectedStars(2.05, None, None), True),
    ],
)
def test_agreement_needs_every_stated_number(stated, verdict):
    assert agrees("sly4", Landmarks(2.05, 11.7, 300.0), stated) is verdict
