"""Tables of the functionals: faithful between their nodes, and the buoyancy that follows."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from stellar.constants import ATOMIC_MASS_UNIT_MEV, C_KM_S, MEV_FM3_TO_KM2, MSUN_KM
from stellar.eos.catalogue.lookup import resolve
from stellar.eos.functionals import FUNCTIONALS
from stellar.eos.nuclear_matter.beta_equilibrium import at_density
from stellar.shooting.background import solve_background


@pytest.mark.parametrize("policy", ["all", "proton"])
@pytest.mark.parametrize("name", FUNCTIONALS)
def test_table_between_its_nodes_is_the_functional(name, policy):
    eos = resolve(f"{name}:freeze={policy}")
    n = np.random.default_rng(3).uniform(0.09, 1.3, 40)
    exact = at_density(FUNCTIONALS[name].recipe.model, n)
    mu_surface = ATOMIC_MASS_UNIT_MEV / eos.baryon_factor
    delta = exact.delta_all if policy == "all" else exact.delta_proton
    for i, h in enumerate(np.log(exact.mu_n / mu_surface)):
        state = eos.evaluate(float(h))
        fractions = eos.composition.fractions(float(h))
        assert state.p / MEV_FM3_TO_KM2 == pytest.approx(exact.p[i], rel=1e-10)
        assert state.eps / MEV_FM3_TO_KM2 == pytest.approx(exact.eps[i], rel=1e-11)
        assert state.cs2_equilibrium == pytest.approx(exact.ce2[i], rel=1e-10)
        assert state.delta == pytest.approx(delta[i], abs=1e-12)
        assert fractions["Y_e"] == pytest.approx(exact.y_e[i], abs=1e-12)
        assert fractions["Y_mu"] == pytest.approx(exact.y_mu[i], abs=1e-12)
        assert fractions["mu_e"] == pytest.approx(exact.mu_e[i], rel=1e-11)
        assert eos.rest_mass_density(float(h)) / MEV_FM3_TO_KM2 == pytest.approx(
            ATOMIC_MASS_UNIT_MEV * n[i], rel=1e-10
        )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        # (n in fm^-3, N/2pi at infinity in Hz) of a 1.4 M_sun star, an independent computation
        ("sly4", ((0.43192, 43.949), (0.32866, 106.85), (0.18534, 518.59))),
        ("bsk22", ((0.31023, 311.61), (0.23814, 445.04), (0.13553, 793.97))),
        ("bsk24", ((0.33534, 219.73), (0.26424, 288.71), (0.15974, 556.49))),
        ("bsk26", ((0.41393, 33.249), (0.3218, 82.416), (0.18765, 456.56))),
    ],
)
def test_buoyancy_frequency_in_a_canonical_star_agrees_with_an_independent_one(name, values):
    eos = resolve(name)
    h_14 = brentq(
        lambda h: solve_background(eos, h, 1e-8).mass / MSUN_KM - 1.4, 0.15, 0.4, xtol=1e-8
    )
    star = solve_background(eos, h_14, 1e-9)
    for n, hertz in values:
        assert brunt_vaisala_hz(star, n) == pytest.approx(hertz, rel=2e-3)


def brunt_vaisala_hz(star, n):
    """N^2 = g^2 (1/ce2 - 1/cs2) e^(nu - lam) with g = nu'/2, at baryon density n."""
    eos = star.eos
    start = next(segment.h_lo for segment in eos.segments if segment.kind == "core")
    h = brentq(
        lambda h: eos.rest_mass_density(h) / MEV_FM3_TO_KM2 / ATOMIC_MASS_UNIT_MEV - n,
        start,
        star.h_c,
        xtol=1e-14,
    )

    def inward(h, y):  # textbook form in h, from the edge of the core inwards
        r, m = y
        p, eps, _, _ = eos.evaluate(float(h))
        dr = -r * (r - 2.0 * m) / (m + 4.0 * math.pi * r**3 * p)
        return [dr, 4.0 * math.pi * r * r * eps * dr]

    edge, r_edge, m_edge = min(star.break_states, key=lambda state: abs(state[0] - start))
    r, m = solve_ivp(inward, (edge, h), [r_edge, m_edge], rtol=1e-9, atol=1e-12).y[:, -1]
    p, _, ce2, delta = eos.evaluate(h)
    gravity = (m + 4.0 * math.pi * r**3 * p) / (r * (r - 2.0 * m))
    ledoux = delta / (ce2 * (ce2 + delta))
    n_squared = gravity**2 * ledoux * star.exp_nu(h) * (1.0 - 2.0 * m / r)
    return math.sqrt(n_squared) * C_KM_S / (2.0 * math.pi)
