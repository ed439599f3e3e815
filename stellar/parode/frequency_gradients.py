"""How frequencies and damping times of fluid modes follow the matter and the mass of stars.

At a fixed central log-enthalpy h_c every mode f(theta, h_c) has derivatives by the parameters theta
of its equation of state and by h_c (see `stellar.oscillations.full_gr.mode_gradients`). Those of
stars of fixed mass follow from the mass M(theta, h_c),

    (df/d theta)_M = f_theta - f_h M_theta/M_h,      df/dM = f_h/M_h.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from parode_core import Status
from parode_core.bases import basis
from stellar.constants import C_KM_S, HZ_PER_INVERSE_KM, MSUN_KM
from stellar.eos.nodes.batch import NodeEOS
from stellar.oscillations.full_gr.fluid.quasinormal import corrected, fluid_modes
from stellar.oscillations.full_gr.interior.responses import ORDERS, interiors
from stellar.oscillations.full_gr.mode_gradients import differentiable_frequencies
from stellar.oscillations.nodal_star import NodeStar, node_star
from stellar.parode.fluid_modes import BROADEST
from stellar.parode.short_elements import shortened
from stellar.parode.trials import TrialStars
from stellar.stars.collocation.properties import Wanted
from stellar.stars.collocation.solve import Resolution, solve

ACCURACY = 1e-6  # relative, of the modes
NODES = 18  # of an element
STRUCTURE = Wanted(degrees=(), magnetic=False, rotation=False, slopes=False, inertia=False)


@dataclass(frozen=True)
class Slopes:
    """A quantity of modes and its derivatives; NaN where there is no such mode.

    value : [lane, mode]
    by_parameter : with the central log-enthalpy fixed, [lane, mode, parameter]
    by_centre : by the central log-enthalpy with the parameters fixed, [lane, mode]
    at_fixed_mass : by the parameters with the mass fixed, [lane, mode, parameter]
    by_mass : by the mass in solar masses with the parameters fixed, [lane, mode]
    """

    value: Tensor
    by_parameter: Tensor
    by_centre: Tensor
    at_fixed_mass: Tensor
    by_mass: Tensor


@dataclass(frozen=True)
class FrequencyGradients:
    """Modes of a batch of stars.

    mass : solar masses, [lane];  frequency : Re omega/2 pi in Hz;  damping_time : in s
    """

    mass: Tensor
    frequency: Slopes
    damping_time: Slopes


def frequency_gradients(
    matter: Callable[[Tensor], NodeEOS],
    parameters: Tensor,
    h_c: Tensor,
    *,
    l: int = 2,
    orders: Sequence[int] = (0,),
) -> FrequencyGradients:
    """Frequencies and damping times in full general relativity, and their derivatives.

    Parameters
    ----------
    matter : equations of state by parameters [lane, parameter], one a lane, such as
        `lambda theta: piecewise_polytropes(*theta.unbind(1))`, see `stellar.eos.nodes.families`
    parameters : in the units of the family, [lane, parameter]
    h_c : central log-enthalpies, [lane]
    l : degree, at least 2
    orders : the modes: 0 for f, n for p_n and -n for g_n; where the density jumps i-modes are
        counted among the g-modes

    Returns
    -------
    Values and derivatives. A star or a mode that was not found is NaN, and so is a damping time
    below the noise.
    """
    theta = parameters.detach().clone().requires_grad_()
    centre = h_c.detach().clone().requires_grad_()
    with torch.enable_grad():
        stars = solve(matter(theta), centre, STRUCTURE, Resolution(errors=False), nodal=True)
        nothing = torch.full_like(centre, torch.nan).detach()
        # a graph for each mode, so that no derivative passes through those of others
        columns = [nothing.to(torch.complex128) for _ in orders]
        damped = torch.zeros(len(orders), *centre.shape, dtype=torch.bool, device=centre.device)
        for lanes, nodal in stars.nodal:
            star = _suited(node_star(nodal), orders)
            known, damped[:, lanes] = _ordered(star, l, orders)
            for place, column in enumerate(columns):
                found = differentiable_frequencies(star, l, known[place].unsqueeze(1))[:, 0]
                columns[place] = column.index_put((lanes,), found)
        mass = stars.values["mass"] / MSUN_KM
        frequencies = [omega.real * HZ_PER_INVERSE_KM for omega in columns]
        times = [
            torch.where(flag, 1.0 / (torch.where(flag, omega.imag, 1.0) * C_KM_S), nothing)
            for omega, flag in zip(columns, damped, strict=True)
        ]
        return FrequencyGradients(
            mass.detach(),
            _slopes(frequencies, mass, theta, centre),
            _slopes(times, mass, theta, centre),
        )


def _suited(star: NodeStar, orders: Sequence[int]) -> NodeStar:
    """The stars on elements and nodes for these modes; what they are made of has its gradients."""
    short = shortened(TrialStars(star, lambda: star, ()), _highest(orders), ACCURACY, NODES).star
    return short.on(basis(NODES, short.mesh.basis.name).to(short.x_ratio.device))


def _highest(orders: Sequence[int]) -> int:
    return max((abs(order) for order in orders), default=0)


def _ordered(star: NodeStar, l: int, orders: Sequence[int]) -> tuple[Tensor, Tensor]:
    """omega R of the modes of these orders, and whether its damping is known, [order, lane]."""
    inside = interiors(star, l, orders=ORDERS + _highest(orders))
    response = inside.response
    chosen = [response.resolved & (response.signed_nodes == order) for order in orders]
    wanted = torch.stack(chosen).any(dim=0)
    modes = corrected(fluid_modes(response, wanted=wanted), inside)
    damped = modes.status == int(Status.OK)
    fluid = modes.omega.imag.abs() <= BROADEST * modes.omega.real
    usable = fluid & (damped | (modes.status == int(Status.BELOW_NOISE_FLOOR)))
    columns = []
    for mine in chosen:
        there = (mine & usable).any(dim=1, keepdim=True)
        first = (mine & usable).to(torch.uint8).argmax(dim=1, keepdim=True)
        column = torch.where(there, modes.omega.gather(1, first), torch.nan)
        columns.append((column[:, 0], (there & damped.gather(1, first))[:, 0]))
    omega, known = (torch.stack(part) for part in zip(*columns, strict=True))
    return omega, known


def _slopes(values: list[Tensor], mass: Tensor, theta: Tensor, centre: Tensor) -> Slopes:
    """Derivatives of a quantity of each mode [lane]; every star has its own parameters."""
    by_parameter, by_centre = (
        torch.stack(parts, dim=1)
        for parts in zip(*(_slope(value, theta, centre) for value in values), strict=True)
    )
    mass_by_parameter, mass_by_centre = _slope(mass, theta, centre)
    by_mass = by_centre / mass_by_centre.unsqueeze(1)
    at_fixed_mass = by_parameter - by_mass.unsqueeze(2) * mass_by_parameter.unsqueeze(1)
    value = torch.stack(values, dim=1).detach()
    return Slopes(value, by_parameter, by_centre, at_fixed_mass, by_mass)


def _slope(value: Tensor, theta: Tensor, centre: Tensor) -> tuple[Tensor, Tensor]:
    """Derivatives [lane, parameter] and [lane]; NaN where there is no value."""
    there = value.isfinite()
    by_parameter, by_centre = torch.zeros_like(theta), torch.zeros_like(centre)
    if value.requires_grad:  # not if no star has the mode
        by_parameter, by_centre = torch.autograd.grad(
            value.nansum(), (theta, centre), retain_graph=True, materialize_grads=True
        )
    return (
        torch.where(there.unsqueeze(1), by_parameter, torch.nan),
        torch.where(there, by_centre, torch.nan),
    )
