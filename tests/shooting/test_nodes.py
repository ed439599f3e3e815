"""Zeros, their sense of rotation, and where buoyancy acts."""

import numpy as np
import pytest
from layered import Layer, two_layers

from stellar.eos.base import ColdEOS
from stellar.oscillations.mode import ModeRequest
from stellar.shooting.background import solve_background
from stellar.shooting.cowling import cowling_modes
from stellar.shooting.cowling_equations import CowlingProblem
from stellar.shooting.nodes import buoyancy_shares, count_nodes, signed_node_count
from stellar.shooting.phase import mode_profiles

TURNS = np.linspace(0.3, 0.3 + 2.6 * np.pi, 200)


def test_sound_and_gravity_waves_are_counted_with_opposite_signs():
    sound = np.sin(TURNS), np.cos(TURNS)
    gravity = np.sin(np.pi - TURNS), np.cos(np.pi - TURNS)
    assert count_nodes(sound[0]) == count_nodes(gravity[0]) == 2
    assert signed_node_count(*sound) == 2
    assert signed_node_count(*gravity) == -2


def test_a_wave_that_turns_back_has_nodes_but_no_signed_count():
    angle = np.concatenate([TURNS, TURNS[::-1]])
    assert count_nodes(np.sin(angle)) == 4
    assert signed_node_count(np.sin(angle), np.cos(angle)) == 0


def test_a_zero_that_falls_on_a_sample_is_one_node():
    assert count_nodes(np.array([2.0, 1.0, 0.0, -1.0, -2.0])) == 1


def modes_and_shares(eos, h_c, labels):
    star = solve_background(eos, h_c)
    search = cowling_modes(star, 2, ModeRequest(("f", "i"), 2), 1e-8)
    assert [mode.label for mode in search.modes] == labels
    omegas = np.array([mode.omega.real for mode in search.modes])
    profile = mode_profiles(CowlingProblem(star, 2), star, omegas, 1e-8)
    reach = np.array([here.r for here in profile.points]) ** 3
    return [buoyancy_shares(profile.points, profile.u[:, k] * reach) for k in range(omegas.size)]


def test_the_only_jump_of_a_barotrope_holds_all_buoyancy():
    shares = modes_and_shares(two_layers(1e-3, 1.3e-3, 0.05), 0.15, ["i1", "f"])
    assert shares == [pytest.approx((1.0,)), pytest.approx((1.0,))]


def test_two_distant_jumps_have_a_mode_each_and_shares_add_up():
    outer = Layer(1.0e-3, 0.0, 0.0, 0.05)
    middle = Layer(1.3e-3, float(outer.evaluate(0.05).p), 0.05, 0.17)
    inner = Layer(1.5e-3, float(middle.evaluate(0.17).p), 0.17)
    eos = ColdEOS("three layers", (outer, middle, inner), "three layers")
    shares = modes_and_shares(eos, 0.2, ["i2", "i1", "f"])
    assert shares[0][1] > 0.5  # i2 lives at the inner jump
    assert shares[1][0] > 0.5
    for share in shares:
        assert sum(share) == pytest.approx(1.0)
