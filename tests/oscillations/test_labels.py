"""Names of modes from counts, shares and damping."""

import pytest

from stellar.oscillations.labels import FluidMode, expected_labels, label_fluid, label_w


def names(modes):
    return [label.label for label in label_fluid(modes)]


def spectrum(signed_counts, shares=None):
    shares = shares or {}
    return [
        FluidMode(float(10 + count), abs(count), count, shares.get(count, ()))
        for count in signed_counts
    ]


def test_plain_spectrum_is_labelled_by_its_signed_count():
    assert names(spectrum(range(-2, 4))) == ["g2", "g1", "f", "p1", "p2", "p3"]


def test_labels_do_not_depend_on_the_order_of_the_modes():
    modes = spectrum(range(-3, 4), {-2: (0.9,), -1: (0.05,), -3: (0.05,)})
    expected = dict(zip(modes, names(modes), strict=True))
    shuffled = [modes[k] for k in (4, 0, 6, 2, 5, 1, 3)]
    assert dict(zip(shuffled, names(shuffled), strict=True)) == expected


def test_a_mode_that_is_missing_leaves_a_gap_and_renames_nobody():
    assert names(spectrum([0, 1, 3])) == ["f", "p1", "p3"]


def test_interface_mode_is_taken_out_of_the_g_sequence():
    modes = spectrum(range(-3, 1), {-1: (0.1,), -2: (0.8,), -3: (0.2,)})
    assert names(modes) == ["g2", "i1", "g1", "f"]


def test_each_jump_gets_its_own_interface_mode():
    # both modes have their largest share at the first jump; the second jump takes what is left
    modes = spectrum([-2, -1, 0], {-1: (0.6, 0.4), -2: (0.55, 0.45)})
    assert names(modes) == ["i2", "i1", "f"]


def test_a_jump_without_weight_in_any_mode_has_no_interface_mode():
    modes = spectrum([-2, -1, 0], {-1: (1e-4,), -2: (1e-3,)})
    assert names(modes) == ["g2", "g1", "f"]


def test_an_even_mixture_at_an_avoided_crossing_is_noted():
    modes = spectrum([-2, -1, 0], {-1: (0.45,), -2: (0.40,)})
    labels = label_fluid(modes)
    assert [label.label for label in labels] == ["g1", "i1", "f"]
    assert "Mixed" in labels[1].note


def test_repeated_counts_are_resolved_by_frequency_order_and_noted():
    counts = [-1, 0, 1, 1, 3]
    modes = [FluidMode(float(k), abs(c), c) for k, c in enumerate(counts)]
    labels = label_fluid(modes)
    assert [label.label for label in labels] == ["g1", "f", "p1", "p2", "p3"]
    assert [bool(label.note) for label in labels] == [False, False, False, True, False]


def test_surplus_nodes_are_noted():
    (label,) = label_fluid([FluidMode(1.0, 2, 0)])
    assert label.label == "f"
    assert "2 nodes" in label.note


def test_ordinary_space_time_modes_damp_faster_as_they_rise():
    # Andersson, Kokkotas & Schutz 1995 star: w1, w2 and the two interface modes of Leins et al.
    omegas = [0.653 + 0.164j, 0.559 + 0.384j, 0.471 + 0.056j, 0.354 + 0.838j]
    assert [label.label for label in label_w(omegas)] == ["w2", "wII1", "w1", "wII2"]


def test_interface_mode_left_of_w1():
    omegas = [0.193 + 0.324j, 0.437 + 0.305j, 0.773 + 0.378j]
    assert [label.label for label in label_w(omegas)] == ["wII1", "w1", "w2"]


@pytest.mark.parametrize(
    ("stratified", "jumps", "expected"),
    [
        (False, 0, ["f", "p1", "p2"]),
        (True, 0, ["f", "p1", "p2", "g1", "g2"]),
        (False, 1, ["f", "p1", "p2", "i1"]),
        (True, 5, ["f", "p1", "p2", "g1", "g2", "i1", "i2"]),
    ],
)
def test_rows_that_a_request_means(stratified, jumps, expected):
    rows = expected_labels(("i", "g", "p", "f"), 2, stratified, jumps)
    assert [row.label for row in rows] == expected


def test_radial_and_space_time_rows():
    rows = expected_labels(("radial", "w"), 2, False, 0)
    assert [row.label for row in rows] == ["w1", "w2", "F", "H1", "H2"]
