"""The table of columns: names, units and errors as the contract states them."""

import pytest
from astropy import units

from stellar.results.columns import COLUMNS, TABLES, columns_of, error_name, markdown_table

# Unit suffixes of column names, longest first, and what astropy should make of them.
SUFFIXES = {
    "_dyn_cm2": units.dyn / units.cm**2,
    "_g_cm3": units.g / units.cm**3,
    "_g_cm2": units.g * units.cm**2,
    "_erg_s": units.erg / units.s,
    "_per_s": 1 / units.s,
    "_msun": units.Msun,
    "_cgs": units.g * units.cm**2 / units.s,
    "_erg": units.erg,
    "_km": units.km,
    "_hz": units.Hz,
    "_s": units.s,
}
PROMISED = {
    "stars": """star_id eos mass_msun radius_km baryon_mass_msun binding_energy_msun
        central_pressure_dyn_cm2 central_energy_density_g_cm3 central_density_g_cm3 compactness
        redshift stable k2 lambda2 k3 lambda3 k4 lambda4 k2_magnetic_static
        k2_magnetic_irrotational moment_of_inertia_g_cm2 i_bar mean_density_g_cm3 branch status
        message delta_mass_over_m delta_baryon_mass_over_mb xi0_over_r xi2_over_r
        eccentricity_squared quadrupole_over_mr2 q_bar delta_mass_over_m_fixed_mb spin_hz
        angular_momentum_cgs mass_spinning_msun equatorial_radius_km polar_radius_km
        eccentricity""",
    "modes": """mode_id star_id eos mass_msun l family n label gravity solver frequency_hz
        damping_time_s omega_re_per_s omega_im_per_s m_omega_re m_omega_im frequency_err_hz
        damping_time_err_s frequency_rayleigh_hz mode_energy_erg gw_luminosity_erg_s residual
        nodes complete status message""",
}


def unit_in_name(name):
    name = name.removesuffix("_err")
    for suffix, unit in SUFFIXES.items():
        if name.endswith(suffix):
            return unit
    return units.dimensionless_unscaled


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.table}.{column.name}")
def test_the_unit_in_the_name_is_the_unit_astropy_parses(column):
    assert units.Unit(column.unit) == unit_in_name(column.name)


@pytest.mark.parametrize("table", PROMISED)
def test_every_column_of_the_contract_exists(table):
    assert set(PROMISED[table].split()) <= columns_of(table).keys()


def test_modes_have_the_columns_of_the_contract_in_its_order_and_errors_of_energies():
    more = {"mode_energy_err_erg", "gw_luminosity_err_erg_s"}
    names = list(columns_of("modes"))
    assert [name for name in names if name not in more] == PROMISED["modes"].split()
    for name in more:
        assert names[names.index(name) - 1] == columns_of("modes")[name].error_of


def test_every_number_of_a_star_has_an_error_column_of_its_unit():
    stars = columns_of("stars")
    for column in stars.values():
        if column.dtype == "f8" and column.error_of is None:
            assert stars[error_name(column.name)].unit == column.unit


def test_mode_errors_are_found_by_the_quantity_they_belong_to():
    assert error_name("frequency_hz", "modes") == "frequency_err_hz"
    assert error_name("damping_time_s", "modes") == "damping_time_err_s"


def test_no_column_is_listed_twice():
    assert len({(column.table, column.name) for column in COLUMNS}) == len(COLUMNS)


@pytest.mark.parametrize("table", TABLES)
def test_the_guide_lists_every_column_once(table):
    lines = markdown_table(table, errors=True).splitlines()
    names = [line.split("`")[1] for line in lines[2:]]
    assert names == list(columns_of(table))
