"""Physical constants: the only place where a number with a unit is typed.

Sources: CODATA 2018 for G and the particle masses; c is exact; G M_sun is the IAU 2015 nominal
solar mass parameter (Resolution B3). G M_sun is used throughout, never G times a solar mass.
"""

import math

G_SI = 6.67430e-11  # m^3 kg^-1 s^-2
C_SI = 299792458.0  # m s^-1
GM_SUN_SI = 1.3271244e20  # m^3 s^-2
ELEMENTARY_CHARGE_SI = 1.602176634e-19  # C
HBAR_C_MEV_FM = 197.3269804  # MeV fm

NEUTRON_MASS_MEV = 939.56542052
PROTON_MASS_MEV = 938.27208816
ELECTRON_MASS_MEV = 0.51099895
MUON_MASS_MEV = 105.6583755
ATOMIC_MASS_UNIT_MEV = 931.49410242  # the baryon mass m_B of functionals and tables

MSUN_KM = GM_SUN_SI / C_SI**2 / 1e3  # G M_sun / c^2 = 1.4766250 km
C_KM_S = C_SI / 1e3
HZ_PER_INVERSE_KM = C_KM_S / (2.0 * math.pi)  # omega [1/km] -> frequency [Hz]

MEV_FM3_TO_DYN_CM2 = ELEMENTARY_CHARGE_SI * 1e6 * 1e45 * 10.0
MEV_FM3_TO_G_CM3 = ELEMENTARY_CHARGE_SI * 1e6 * 1e45 / C_SI**2 * 1e-3

# Geometric units G = c = 1, lengths in km: a density or pressure in km^-2.
G_CM3_TO_KM2 = G_SI / C_SI**2 * 1e3 * 1e6
DYN_CM2_TO_KM2 = G_SI / C_SI**4 * 0.1 * 1e6
MEV_FM3_TO_KM2 = MEV_FM3_TO_G_CM3 * G_CM3_TO_KM2
MSUN_G = GM_SUN_SI / G_SI * 1e3
ERG_PER_KM = C_SI**4 / G_SI * 1e3 * 1e7  # energy of one geometric km
MOMENT_OF_INERTIA_G_CM2_PER_KM3 = C_SI**2 / G_SI * 1e9 * 1e7

CONSTANTS_USED = {
    "G [m^3 kg^-1 s^-2]": G_SI,
    "c [m s^-1]": C_SI,
    "GM_sun [m^3 s^-2]": GM_SUN_SI,
    "hbar c [MeV fm]": HBAR_C_MEV_FM,
    "m_n [MeV]": NEUTRON_MASS_MEV,
    "m_p [MeV]": PROTON_MASS_MEV,
    "m_e [MeV]": ELECTRON_MASS_MEV,
    "m_mu [MeV]": MUON_MASS_MEV,
    "m_u [MeV]": ATOMIC_MASS_UNIT_MEV,
}
