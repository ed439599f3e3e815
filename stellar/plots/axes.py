"""What axes of several figures share: plain numbers on short logarithmic axes, mathematics."""

import math
from typing import Any

_FEW_TIMES = 300.0  # span of a logarithmic axis that is labelled with plain numbers
_MINOR_TICKS = (  # spans below which so many numbers between two powers of ten find room
    (5.0, (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)),
    (20.0, (2.0, 3.0, 5.0)),
    (math.inf, (3.0,)),
)
_SYMBOLS = {  # how relations and fits write their quantities, as mathematics
    "Lambda_2": r"$\Lambda_2$",
    "Lambda_3": r"$\Lambda_3$",
    "Lambda_4": r"$\Lambda_4$",
    "Qbar": r"$\bar Q$",
    "ln Ibar": r"$\ln\bar I$",
    "sqrt(m/r^3)": r"$(m/r^3)^{1/2}$,  $m=M/1.4\,M_\odot$,  $r=R/10\,$km",
    "m/r": r"$m/r$,  $m=M/1.4\,M_\odot$,  $r=R/10\,$km",
    "M/R": r"$M/R$",
    "sqrt(M^3/I)": r"$(M^3/I)^{1/2}$",
    "M Re omega": r"$M\,{\rm Re}\,\omega$",
    "I^2 Im omega/M^5": r"$I^2\,{\rm Im}\,\omega/M^5$",
    "tau m^3/r^4 [s]": r"$\tau\,m^3/r^4$ [s]",
    "f [kHz]": r"$f$ [kHz]",
    "f m [Hz]": r"$f\,m$ [Hz]",
    "f m [kHz]": r"$f\,m$ [kHz]",
    "f r [Hz]": r"$f\,r$ [Hz]",
    "f r [kHz]": r"$f\,r$ [kHz]",
    "tau/m [s]": r"$\tau/m$ [s]",
    "m/tau [1/ms]": r"$m/\tau$ [ms$^{-1}$]",
    **{f"R^{l + 2}/(c M^{l + 1} tau)": rf"$R^{l + 2}/(c\,M^{l + 1}\tau)$" for l in (2, 3, 4)},
}


def mathematics(symbol: str) -> str:
    """A symbol for an axis; one that is not known stays as it is."""
    return _SYMBOLS.get(symbol, symbol)


def plain_numbers(axis: Any, low: float, high: float) -> None:
    """Numbers instead of powers of ten on a logarithmic axis that spans few decades.

    axis : the x or y axis of a panel, with limits `low` and `high`
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    if high / low > _FEW_TIMES:
        axis.set_minor_formatter(NullFormatter())
        return
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    axis.set_major_formatter(plain)
    subs = next(subs for span, subs in _MINOR_TICKS if high / low < span)
    axis.set_minor_locator(LogLocator(subs=subs))
    axis.set_minor_formatter(plain)
