"""Fluid modes from responses that are stated by hand, with roots found by another way."""

from dataclasses import replace

import mpmath
import pytest
import torch

from parode_core import Status
from stellar.oscillations.full_gr.fluid.quasinormal import fluid_modes
from stellar.oscillations.full_gr.interior.response import Response

COMPACTNESS = 0.15
SHIFT = -0.15


def stated(poles, residues, constant=0.3, compactness=COMPACTNESS, l=2):
    """A response R = constant + sum r_k/(lambda_k - lambda) of one star."""
    place = torch.tensor([poles], dtype=torch.complex128)
    residue = torch.tensor([residues], dtype=torch.complex128)
    mu = 1.0 / (SHIFT - place)
    at_shift = constant + (residue / (place - SHIFT)).sum(dim=1).real
    count = torch.zeros(1, len(poles), dtype=torch.long)
    return Response(
        l=l,
        compactness=torch.tensor([compactness], dtype=torch.float64),
        radius=torch.tensor([12.0], dtype=torch.float64),
        shift=torch.tensor([SHIFT], dtype=torch.float64),
        mu=mu,
        rho=-residue * mu**2,
        constant=at_shift,
        status=torch.zeros(1, dtype=torch.long),
        resolved=mu.imag == 0.0,
        nodes=count,
        signed_nodes=count,
        interface_shares=torch.zeros(1, len(poles), 0, dtype=torch.float64),
        jumps=torch.zeros(1, 0, dtype=torch.bool),
    )


def together(*responses):
    """One batch of the stars of several responses."""
    first = responses[0]
    names = [name for name in vars(first) if name != "l"]
    parts = {name: torch.cat([getattr(one, name) for one in responses]) for name in names}
    return replace(first, **parts)


def exact_shift(poles, residues, k, reference, guess, constant=0.3):
    """lambda - lambda_k of the root next to a pole, by the secant method to 25 digits."""
    with mpmath.workdps(28):
        places, sizes = [mpmath.mpf(x) for x in poles], [mpmath.mpf(x) for x in residues]
        beta = -2 * (1 - 2 * mpmath.mpf(COMPACTNESS))

        def equation(delta):
            lam = places[k] + delta
            rest = constant + sum(
                r / (place - lam)
                for j, (place, r) in enumerate(zip(places, sizes, strict=True))
                if j != k
            )
            source = reference(mpmath.sqrt(lam), COMPACTNESS, 2) - beta
            return -delta - source * (sizes[k] - delta * rest)

        one, two = mpmath.mpc(guess), mpmath.mpc(guess) * mpmath.mpf("1.001")
        value_one, value_two = equation(one), equation(two)
        for _ in range(12):
            one, two = two, two - value_two * (two - one) / (value_two - value_one)
            if abs(two - one) < mpmath.mpf(10) ** -24 * abs(two):
                break
            value_one, value_two = value_two, equation(two)
        return two


@pytest.mark.parametrize("residue", [1e-2, 1e-5, 1e-9, 1e-14, 1e-19])
def test_shift_and_damping_keep_their_digits_however_small(residue, outgoing_reference):
    poles, residues = [1.2, 9.0], [residue, 0.5]
    found = complex(fluid_modes(stated(poles, residues)).omega[0, 0])
    exact = exact_shift(poles, residues, 0, outgoing_reference, found**2 - poles[0] or residue)
    with mpmath.workdps(28):
        omega = mpmath.sqrt(mpmath.mpf(poles[0]) + exact)
        assert abs(found.real / float(omega.real) - 1.0) < 1e-12
        assert abs(found.imag / float(omega.imag) - 1.0) < 1e-9


def test_modes_whose_widths_overlap_are_both_found(outgoing_reference):
    # the coupling to the wave is five times the distance of the poles
    poles, residues = [2.9, 2.93, 30.0], [0.02, 0.004, 1.0]
    modes = fluid_modes(stated(poles, residues), broadest=1.0)
    assert modes.status[0, :2].tolist() == [int(Status.OK)] * 2
    narrow, wide = sorted(modes.omega[0, :2].tolist(), key=lambda value: value.imag)
    assert wide.imag > 3.0 * narrow.imag
    for omega, k in ((narrow, 1), (wide, 0)):
        exact = exact_shift(poles, residues, k, outgoing_reference, omega**2 - poles[k])
        with mpmath.workdps(28):
            root = complex(mpmath.sqrt(mpmath.mpf(poles[k]) + exact))
        assert abs(omega - root) < 1e-9


def test_errors_cover_what_the_numbers_lack(outgoing_reference):
    poles, residues = [0.25, 1.4, 4.0], [0.03, 1e-3, 1e-6]
    modes = fluid_modes(stated(poles, residues))
    for k in range(3):
        found = complex(modes.omega[0, k])
        exact = exact_shift(poles, residues, k, outgoing_reference, found**2 - poles[k])
        with mpmath.workdps(28):
            root = mpmath.sqrt(mpmath.mpf(poles[k]) + exact)
            off = abs(found.real - float(root.real)), abs(found.imag - float(root.imag))
        assert off[0] <= float(modes.re_error[0, k]) < 1e-10
        assert off[1] <= float(modes.im_error[0, k]) < 1e-9 * found.imag


def test_a_mode_that_does_not_radiate_is_below_the_noise():
    modes = fluid_modes(stated([1.2, 9.0], [0.0, 0.5]))
    assert float(modes.omega[0, 0].real) == pytest.approx(1.2**0.5, abs=1e-15)
    assert modes.status[0, 0] == int(Status.BELOW_NOISE_FLOOR)
    # noise in a residue that is zero has any sign
    unsure = fluid_modes(stated([1.2, 9.0], [-1e-16, 0.5]))
    assert unsure.status[0, 0] == int(Status.BELOW_NOISE_FLOOR)


def test_strongly_damped_modes_are_left_to_others():
    modes = fluid_modes(stated([1.2, 9.0], [1e-4, 3.0]))
    assert modes.status[0].tolist() == [int(Status.OK), int(Status.MODE_NOT_FOUND)]
    assert not modes.omega[0, 1].isfinite()


def test_only_wanted_modes_are_looked_for():
    response = stated([1.2, 3.0, 9.0], [1e-4, 1e-5, 1e-6])
    wanted = torch.tensor([[False, True, False]])
    modes = fluid_modes(response, wanted=wanted)
    assert torch.equal(modes.omega.isfinite(), wanted)
    assert torch.equal(modes.status == int(Status.MODE_NOT_FOUND), ~wanted)
    everything = fluid_modes(response)
    assert torch.equal(modes.omega[wanted], everything.omega[wanted])
    with pytest.raises(ValueError, match="wanted or not"):
        fluid_modes(response, wanted=wanted[:, :2])


def ensemble(count):
    generator = torch.Generator().manual_seed(11)
    draws = torch.rand(count, 4, generator=generator, dtype=torch.float64)
    stars = []
    for a, b, c, d in draws.tolist():
        poles = [0.2 + 0.2 * a, 1.0 + b, 3.0 + c, 3.2 + c + 0.3 * d, 9.0]
        stars.append(stated(poles, [0.1 * b, 1e-4, 0.2 * a, 1e-3 * d, 0.5], 0.3, 0.1 + 0.2 * d))
    return together(*stars)


def test_a_star_has_the_same_bits_wherever_it_stands():
    response = ensemble(150)
    modes = fluid_modes(response)
    order = torch.randperm(150, generator=torch.Generator().manual_seed(2))
    turned = fluid_modes(response.select(order))
    alone = fluid_modes(response.select(torch.tensor([77])))
    for name in ("omega", "re_error", "im_error", "residual", "rounds", "status"):
        whole = getattr(modes, name)
        assert torch.equal(whole[order].nan_to_num(), getattr(turned, name).nan_to_num())
        assert torch.equal(whole[77:78].nan_to_num(), getattr(alone, name).nan_to_num())


@pytest.mark.parametrize("poison", [torch.nan, torch.inf, -torch.inf])
@pytest.mark.parametrize("name", ["mu", "rho", "constant", "compactness"])
def test_a_poisoned_star_changes_no_other(poison, name):
    response = ensemble(70)
    clean = fluid_modes(response)
    value = getattr(response, name).clone()
    value[13] = poison
    modes = fluid_modes(replace(response, **{name: value}))
    others = torch.arange(70) != 13
    assert torch.equal(modes.omega[others].nan_to_num(), clean.omega[others].nan_to_num())
    assert not (modes.status[13] == int(Status.OK)).any()


def test_a_star_that_failed_says_so():
    response = ensemble(3)
    status = response.status.clone()
    status[1] = int(Status.SINGULAR)
    modes = fluid_modes(replace(response, status=status))
    assert (modes.status[1] == int(Status.DEPENDS_ON_FAILED_STAR)).all()
    assert not modes.omega[1].isfinite().any()
    assert (modes.status[[0, 2]] != int(Status.DEPENDS_ON_FAILED_STAR)).all()


def test_no_star_and_no_pole_give_no_mode():
    response = ensemble(2)
    assert fluid_modes(response.select(torch.tensor([], dtype=torch.long))).omega.shape == (0, 5)
    nothing = replace(response, resolved=torch.zeros_like(response.resolved))
    assert not fluid_modes(nothing).omega.isfinite().any()
