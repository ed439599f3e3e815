"""The one way this package asks for a root between two bounds."""

from collections.abc import Callable


def bracketed_root(
    function: Callable[[float], float], low: float, high: float, xtol: float
) -> float:
    """Root of a continuous function that changes its sign between low and high (Brent 1973).

    Raises
    ------
    ArithmeticError
        If the sign does not change.
    """
    from scipy.optimize import root_scalar

    try:
        return float(root_scalar(function, bracket=(low, high), method="brentq", xtol=xtol).root)
    except ValueError as error:
        raise ArithmeticError(f"no root between {low:.6g} and {high:.6g}: {error}") from error
