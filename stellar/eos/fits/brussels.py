"""The fits to the unified equations of state of the Brussels-Montreal functionals BSk19 to BSk26.

    zeta = (a1 + a2 x + a3 x^3)/(1 + a4 x) f(a5 (x - a6)) + (a7 + a8 x) f(a9 (a6 - x))
         + (a10 + a11 x) f(a12 (a13 - x)) + (a14 + a15 x) f(a16 (a17 - x))
         + a18/(1 + [a20 (x - a19)]^2) + a21/(1 + [a23 (x - a22)]^2)

in the order of Pearson et al. 2018, Table C2: a19 and a22 are centres. Potekhin et al. 2013 print
a19 and a20, and a22 and a23, the other way round; here their rows are in the order above.
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

_POTEKHIN_2013 = (
    "Potekhin, Fantina, Chamel, Pearson & Goriely 2013, Astron. Astrophys. 560, A48, Table 4"
)
_PEARSON_2018 = (
    "Pearson, Chamel, Potekhin, Fantina, Ducoin, Dutta & Goriely 2018, Mon. Not. R. Astron. Soc. "
    "481, 2994, Table C2; erratum 2019, 486, 768"
)


@dataclass(frozen=True)
class BrusselsFit(PressureFit):
    """One row of coefficients a1..a23."""

    a: tuple[float, ...]

    def log_pressure(self, x: Array) -> tuple[Array, Array]:
        """(zeta, d zeta / dx) at x = log10 rho."""
        a = self.a
        parts = [
            outermost(x, a[:4], a[4], a[5]),
            switched(x, a[6:8], a[8], a[5]),
            switched(x, a[9:11], a[11], a[12]),
            switched(x, a[13:15], a[15], a[16]),
            _peak(x, a[17], a[18], a[19]),
            _peak(x, a[20], a[21], a[22]),
        ]
        return total(parts)


def _peak(x: Array, height: float, centre: float, width: float) -> tuple[Array, Array]:
    """height / (1 + [width (x - centre)]^2) and its derivative by x."""
    z = width * (x - centre)
    value = height / (1.0 + z * z)
    return value, -2.0 * width * z * value / (1.0 + z * z)


_TABLE = """
BSk19  3.916 7.701 0.00858 0.22114 3.269 11.964 13.349 1.3683 3.254 -12.953 0.9237 6.2 14.383
       16.693 -1.0514 2.486 15.362 0.085 11.68 6.23 -0.029 14.19 20.1
BSk20  4.078 7.587 0.00839 0.21695 3.614 11.942 13.751 1.3373 3.606 -22.996 1.6229 4.88 14.274
       23.56 -1.5564 2.095 15.294 0.084 11.67 6.36 -0.042 14.18 14.8
BSk21  4.857 6.981 0.00706 0.19351 4.085 12.065 10.521 1.5905 4.104 -28.726 2.0845 4.89 14.302
       22.881 -1.769 0.989 15.313 0.091 11.65 4.68 -0.086 14.15 10.0
BSk22  6.682 5.651 0.00459 0.14359 2.681 11.972 13.993 1.2904 2.665 -27.787 2.014 4.09 14.135
       28.03 -1.921 1.08 14.89 0.098 11.67 4.75 -0.037 14.1 11.9
BSk24  6.795 5.552 0.00435 0.13963 3.636 11.943 13.848 1.3031 3.644 -30.84 2.2322 4.65 14.29
       30.08 -2.08 1.1 14.71 0.099 11.66 5.0 -0.095 14.15 9.1
BSk25  7.21 5.196 0.00328 0.12516 4.624 12.16 9.348 1.6624 4.66 -28.232 2.0638 5.27 14.365 29.1
       -2.13 0.865 14.66 0.069 11.65 6.3 -0.172 14.18 8.6
BSk26  3.672 7.844 0.00876 0.22604 3.129 11.939 13.738 1.3389 3.112 -23.031 1.6264 4.83 14.272
       23.28 -1.542 2.1 15.31 0.083 11.66 6.16 -0.042 14.18 14.8
"""

BSK_FITS = {
    name: BrusselsFit(name, _POTEKHIN_2013 if name < "BSk22" else _PEARSON_2018, a)
    for name, a in coefficient_rows(_TABLE).items()
}
