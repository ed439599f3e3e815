"""The fits of Haensel & Potekhin to the unified equations of state SLy and FPS, and to APR.

    zeta = (a1 + a2 x + a3 x^3)/(1 + a4 x) f(a5 (x - a6)) + (a7 + a8 x) f(a9 (a10 - x))
         + (a11 + a12 x) f(a13 (a14 - x)) + (a15 + a16 x) f(a17 (a18 - x)),   f(z) = 1/(e^z + 1)

(Haensel & Potekhin 2004, eq. 14 and Table 1; the row APR was published later with the routines of
A. Y. Potekhin at the Ioffe Institute.)
"""

from dataclasses import dataclass

from stellar.eos.fits.pressure_fit import (
    Array,
    PressureFit,
    coefficient_rows,
    outermost,
    switched,
    total,
)

_CITATION = "Haensel & Potekhin 2004, Astron. Astrophys. 428, 191, eq. 14 and Table 1"


@dataclass(frozen=True)
class HaenselPotekhinFit(PressureFit):
    """One row of coefficients a1..a18."""

    a: tuple[float, ...]

    def log_pressure(self, x: Array) -> tuple[Array, Array]:
        """(zeta, d zeta / dx) at x = log10 rho."""
        a = self.a
        parts = [
            outermost(x, a[:4], a[4], a[5]),
            switched(x, a[6:8], a[8], a[9]),
            switched(x, a[10:12], a[12], a[13]),
            switched(x, a[14:16], a[16], a[17]),
        ]
        return total(parts)


_TABLE = """
SLy    6.22 6.121 0.005925 0.16326 6.48 11.4971 19.105 0.8938 6.54 11.495 -22.775 1.5707 4.3
       14.08 27.8 -1.653 1.5 14.67
FPS    6.22 6.121 0.006004 0.16345 6.5 11.844 17.24 1.065 6.54 11.8421 -22.003 1.5552 9.3 14.19
       23.73 -1.508 1.79 15.13
APR    6.22 6.121 0.006035 0.16354 4.73 11.5831 12.589 1.4365 4.75 11.5756 -42.489 3.8175 2.3
       14.81 29.8 -2.976 1.99 14.93
"""

_APR = f"{_CITATION}; row APR from the online routines of Potekhin & Haensel"

HP04_SLY, HP04_FPS, HP04_APR = (
    HaenselPotekhinFit(name, _APR if name == "APR" else _CITATION, a)
    for name, a in coefficient_rows(_TABLE).items()
)
