"""Maps of elements: distances without cancellation, derivatives, cuts that keep the domain."""

import mpmath
import pytest
import torch

from parode_core.bases import BASES
from parode_core.collocation.elements import (
    AFFINE,
    END,
    FIRST,
    GRADED_LEFT,
    GRADED_RIGHT,
    SECOND,
    WHOLE,
    mesh,
)

F64 = torch.float64
GRADINGS = (AFFINE, GRADED_LEFT, GRADED_RIGHT)
EDGES = torch.tensor([[0.0, 0.3, 0.7, 1.0], [-1.0, 0.5, 0.5, 2.0]], dtype=F64)
GRADING = torch.tensor([[GRADED_LEFT, AFFINE, GRADED_RIGHT], [AFFINE, AFFINE, GRADED_LEFT]])


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("grading", GRADINGS)
def test_speed_is_the_derivative_of_the_nodes(name, grading):
    m = mesh(torch.tensor([0.5, 2.0], dtype=F64), 7, name=name, grading=torch.tensor([grading]))
    slope = m.x[0, 0] @ m.basis.differentiation.T
    assert torch.allclose(slope, m.speed[0, 0], rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("grading", GRADINGS)
def test_distances_to_both_ends_have_full_relative_accuracy(grading):
    m = mesh(torch.tensor([0.0, 1.0], dtype=F64), 64, grading=torch.tensor([grading]))
    with mpmath.workdps(40):
        for j in range(64):
            t = mpmath.sin(mpmath.pi * j / 126) ** 2
            left = (t, t**2, 1 - (1 - t) ** 2)[grading]
            for found, exact in ((m.from_left, left), (m.to_right, 1 - left)):
                assert abs(float(found[0, 0, j]) - exact) <= 1e-15 * exact + 1e-32


def test_distances_to_the_ends_of_the_lane_add_up():
    m = mesh(EDGES, 9, grading=GRADING)
    whole = (EDGES[:, -1] - EDGES[:, 0])[:, None, None].expand_as(m.x)
    assert torch.allclose(m.from_start + m.to_end, whole, rtol=1e-15, atol=1e-15)
    assert torch.allclose(m.x - EDGES[:, :1, None], m.from_start, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("name", BASES)
def test_integrals_over_elements_do_not_depend_on_grading_or_cuts(name):
    m = mesh(EDGES, 20, name=name, grading=GRADING)
    exact = EDGES[:, -1].exp() - EDGES[:, 0].exp()
    for elements in (m, m.bisected(), m.bisected().bisected(), m.with_nodes(24)):
        area = (elements.x.exp() * elements.speed @ elements.basis.quadrature).sum(dim=1)
        assert torch.allclose(area, exact, rtol=1e-13, atol=0)


def test_halves_of_graded_elements_stay_graded_at_their_end_only():
    halves = mesh(EDGES, 5, grading=GRADING).bisected()
    assert halves.elements == 6
    assert halves.edges[0].tolist() == pytest.approx([0.0, 0.075, 0.3, 0.5, 0.7, 0.925, 1.0])
    assert halves.grading[0].tolist() == [GRADED_LEFT, AFFINE, AFFINE, AFFINE, AFFINE, GRADED_RIGHT]


def test_cutting_all_elements_is_bisection_and_cutting_some_leaves_the_others():
    m = mesh(EDGES, 5, grading=GRADING)
    every = m.cut(torch.ones(2, 3, dtype=torch.bool))
    assert torch.equal(every.edges, m.bisected().edges)
    assert torch.equal(every.grading, m.bisected().grading)
    some = m.cut(torch.tensor([[True, False, False], [False, False, True]]))
    assert some.edges[0].tolist() == pytest.approx([0.0, 0.075, 0.3, 0.7, 1.0])
    assert some.edges[1].tolist() == pytest.approx([-1.0, 0.5, 0.5, 0.875, 2.0])
    assert some.grading.tolist() == [
        [GRADED_LEFT, AFFINE, AFFINE, GRADED_RIGHT],
        [AFFINE, AFFINE, GRADED_LEFT, AFFINE],
    ]


def test_lanes_with_fewer_cuts_end_in_elements_of_no_length():
    m = mesh(EDGES, 5, grading=GRADING)
    marked = torch.tensor([[False, True, True], [True, False, False]])
    some = m.cut(marked)
    assert some.edges[0].tolist() == pytest.approx([0.0, 0.3, 0.5, 0.7, 0.925, 1.0])
    assert some.edges[1].tolist() == pytest.approx([-1.0, -0.25, 0.5, 0.5, 2.0, 2.0])
    parent, part = m.parts(marked)
    assert parent.tolist() == [[0, 1, 1, 2, 2], [0, 0, 1, 2, 2]]
    assert part[0].tolist() == [WHOLE, FIRST, SECOND, FIRST, SECOND]
    assert part[1].tolist() == [FIRST, SECOND, WHOLE, WHOLE, END]


def test_selected_lanes_have_their_own_elements_and_shared_ones_stay_shared():
    m = mesh(EDGES, 5, grading=GRADING)
    picked = m.select(torch.tensor([1, 1, 0]))
    assert torch.equal(picked.edges, EDGES[[1, 1, 0]])
    assert torch.equal(picked.grading, GRADING[[1, 1, 0]])
    shared = mesh(EDGES[0], 5)
    assert shared.shared
    assert shared.select(torch.tensor([4, 2])) is shared


def test_wrong_statements_are_refused():
    with pytest.raises(ValueError, match="does not fit edges"):
        mesh(EDGES, 5, grading=torch.tensor([AFFINE]))
    with pytest.raises(ValueError, match="basis 'spline' is unknown"):
        mesh(EDGES, 5, name="spline")
    with pytest.raises(ValueError, match="outside 3 to 256"):
        mesh(EDGES, 2)
