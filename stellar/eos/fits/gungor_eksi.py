"""The fits of Gungor & Eksi to tables of Lattimer & Prakash, with a common crust.

    zeta = lo f(a1 (x - c11)) + hi f(a2 (c12 - x)),     f(z) = 1/(e^z + 1)
    lo = [c1 + c2 (x - c3)^c4] f(c5 (x - c6)) + (c7 + c8 x) f(c9 (c10 - x))
    hi = (a3 + a4 x) f(a5 (a6 - x)) + (a7 + a8 x + a9 x^2) f(a10 (a11 - x))

(Gungor & Eksi 2011, arXiv:1108.2166.) Their MS2 is the stiff one of Mueller & Serot, M_max = 2.78
M_sun, not the soft one that Read et al. 2009 and LALSimulation call MS2.
"""

from dataclasses import dataclass

from stellar.eos.fits.pressure_fit import (
    Array,
    PressureFit,
    coefficient_rows,
    logistic,
    switched,
)

_CITATION = "Gungor & Eksi 2011, arXiv:1108.2166"


@dataclass(frozen=True)
class GungorEksiFit(PressureFit):
    """One row of coefficients a1..a11."""

    a: tuple[float, ...]

    def log_pressure(self, x: Array) -> tuple[Array, Array]:
        """(zeta, d zeta / dx) at x = log10 rho."""
        low, low_slope = _low(x)
        high, high_slope = self._high(x)
        outside = logistic(self.a[0] * (x - _C[10]))
        inside = logistic(self.a[1] * (_C[11] - x))
        slope = low_slope * outside - low * self.a[0] * outside * (1.0 - outside)
        slope = slope + high_slope * inside + high * self.a[1] * inside * (1.0 - inside)
        return low * outside + high * inside, slope

    def _high(self, x: Array) -> tuple[Array, Array]:
        a = self.a
        line, line_slope = switched(x, a[2:4], a[4], a[5])
        value, step = a[6] + a[7] * x + a[8] * x**2, logistic(a[9] * (a[10] - x))
        slope = (a[7] + 2.0 * a[8] * x) * step + value * a[9] * step * (1.0 - step)
        return line + value * step, line_slope + slope


def _low(x: Array) -> tuple[Array, Array]:
    line, line_slope = switched(x, _C[6:8], _C[8], _C[9])
    power = _C[1] * (x - _C[2]) ** _C[3]
    step = logistic(_C[4] * (x - _C[5]))
    slope = _C[3] * power / (x - _C[2]) * step - (_C[0] + power) * _C[4] * step * (1.0 - step)
    return line + (_C[0] + power) * step, line_slope + slope


_TABLE = """
crust  10.6557 3.7863 0.8124 0.6823 3.5279 11.81 12.0584 1.4663 3.4952 11.8007 14.4114 14.4081
AP1    4.329 4.3622 138.176 -10.1093 6.0097 14.012 -411.138 48.0721 -1.163 4.7514 10.73234
AP4    4.329 4.3622 9.1131 -0.4751 3.4614 14.88 21.3141 0.1023 0.0495 4.9401 10.2957
MPA1   5.2934 5.3319 87.7901 -5.8466 2.7232 15.0804 428.413 -57.6403 2.0957 5.0588 10.2727
MS2    14.0084 13.8422 16.597 -1.0943 5.6701 14.8169 -56.3794 9.6159 -0.2332 -3.8369 23.186
"""

_ROWS = coefficient_rows(_TABLE)
_C = _ROWS.pop("crust")  # c1..c12, common to all
GUNGOR_EKSI = {name: GungorEksiFit(name, _CITATION, a) for name, a in _ROWS.items()}
