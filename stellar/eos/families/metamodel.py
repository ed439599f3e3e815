"""`meta:n_sat=,E_sat=,...` : the metamodel of Margueron et al. (2018) and what continues it.

A core of neutrons, protons, electrons and muons in beta equilibrium on a crust, up to n_match times
saturation density, where the Taylor series ends. Above it the speed of sound is constant
(`above=css` with cs2) or the matter a polytrope (`above=polytrope` with gamma, by default the index
reached); pressure and energy density are continuous, and there is no composition.
"""

import json

import numpy as np

from stellar.constants import CONSTANTS_USED
from stellar.eos.base import ColdEOS, Segment
from stellar.eos.families.family import Family, Stack, Values
from stellar.eos.fits.crusts import CRUSTS
from stellar.eos.nuclear_matter.metamodel import NAMES, Metamodel
from stellar.eos.segments.polytropes import RestMassPolytrope
from stellar.eos.segments.quark_matter import ConstantSoundSpeed
from stellar.eos.segments.truncation import OuterComposition
from stellar.eos.specification import Parameter, WordParameter
from stellar.eos.tables.table import FREEZE_COLUMNS, cold_eos
from stellar.eos.tables.unified import Recipe, tabulate

_N_CORE = 0.08  # fm^-3, where uniform matter begins


def _build(_row: str, values: Values) -> Stack:
    model = Metamodel(**{name: values[name] for name in NAMES})
    recipe = Recipe(model, _N_CORE, values["n_match"] * model.n_sat)
    attributes = (
        ("parameters", json.dumps(model.parameters, sort_keys=True)),
        ("constants", json.dumps(CONSTANTS_USED, sort_keys=True)),
    )
    # wild draws run into powers of negative numbers on their way to a refusal
    with np.errstate(all="ignore"):
        table = tabulate("metamodel", recipe, values["crust"], values["join"], attributes)
        nuclear = cold_eos(table, "meta", values["freeze"])
    h = nuclear.h_max
    composition = OuterComposition(nuclear.composition, h) if nuclear.composition else None
    segments = (*nuclear.segments, _continuation(nuclear, values))
    return Stack(
        segments, nuclear.baryon_factor, nuclear.stratified, composition, nuclear.provenance
    )


def _continuation(nuclear: ColdEOS, values: Values) -> Segment:
    h = nuclear.h_max
    p, eps, ce2, _ = (float(value) for value in nuclear.evaluate(h))
    if values["above"] == "css":
        return ConstantSoundSpeed(values["cs2"], p, eps, h, kind="core")
    gamma = values["gamma"] or ce2 * (eps + p) / p
    rho = (eps + p) * np.exp(-h)  # in the normalisation e^h = (eps + p) / rho
    a = (eps - p / (gamma - 1.0)) / rho - 1.0
    return RestMassPolytrope(gamma, float(p / rho**gamma), float(a), h, kind="core")


def _energy(name: str, meaning: str, low: float, high: float, required: bool = True) -> Parameter:
    return Parameter(
        name, f"{meaning} in MeV", low, high, required=required, default=None if required else 0.0
    )


FAMILY = Family(
    name="meta",
    syntax="meta:n_sat=N,E_sat=E,K_sat=K,E_sym=E,L_sym=L,...",
    example="meta:n_sat=0.1595,E_sat=-15.97,K_sat=230,Q_sat=-363,Z_sat=1587,E_sym=32.01,"
    "L_sym=46,K_sym=-120,Q_sym=521,Z_sym=-3197,m_eff=0.69,delta_m_eff=-0.19",
    description="metamodel of nuclear matter with a continuation above n_match",
    citation=Metamodel.citation,
    parameters=(
        Parameter("n_sat", "saturation density in fm^-3", 0.1, 0.25),
        _energy("E_sat", "binding energy per nucleon at saturation", -25.0, -8.0),
        _energy("K_sat", "incompressibility", 0.0, 1000.0),
        _energy("Q_sat", "third derivative of E/A", -1e4, 1e4, required=False),
        _energy("Z_sat", "fourth derivative of E/A", -1e5, 1e5, required=False),
        _energy("E_sym", "symmetry energy", 0.0, 100.0),
        _energy("L_sym", "slope of the symmetry energy", -200.0, 300.0),
        _energy("K_sym", "curvature of the symmetry energy", -2e3, 2e3, required=False),
        _energy("Q_sym", "third derivative of the symmetry energy", -1e4, 1e4, required=False),
        _energy("Z_sym", "fourth derivative of the symmetry energy", -1e5, 1e5, required=False),
        Parameter("m_eff", "effective mass m*/m", 0.2, 2.0, required=False, default=0.75),
        Parameter("delta_m_eff", "(m*_n - m*_p)/m", -1.5, 1.5, required=False, default=0.1),
        Parameter("n_match", "end of the metamodel / n_sat", 1.2, 3.0, required=False, default=2.0),
        WordParameter("above", "what continues it", ("css", "polytrope")),
        Parameter("cs2", "squared sound speed above", 0.0, 1.0, required=False, default=0.5),
        Parameter("gamma", "index of the polytrope above", 1.0, 10.0, required=False),
        WordParameter("crust", "crust outside the core", (*CRUSTS, "none")),
        WordParameter("join", "of crust and core", ("maxwell", "smooth")),
        WordParameter("freeze", "what a sound wave keeps", tuple(FREEZE_COLUMNS)),
    ),
    build=_build,
)
