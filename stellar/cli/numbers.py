"""Numbers for people: as many digits as the error estimate justifies, in compact notation.

1934.441(2) means 1934.441 +- 0.002. A number without parentheses is known to every digit shown.
"""

import math
import sys

LARGEST_DIGITS = 7  # significant digits shown at most; result files hold all of them
_FIXED_EXPONENTS = range(-3, LARGEST_DIGITS)  # of numbers written without an exponent
ABSENT = "-"


def compact(value: float | None, error: float | None = None, *, strip: bool = False) -> str:
    """A value with its error in the last digits.

    value, error : any unit, the same; NaN or None for a value or an error that does not exist
    strip : drop zeros at the end of a number that is known to every digit shown
    """
    if value is None or math.isnan(value):
        return ABSENT
    if value == 0.0 and not error:
        return "0"
    exponent = _exponent(value)
    if exponent not in _FIXED_EXPONENTS:
        scale = 10.0**exponent
        scaled_error = None if error is None else error / scale
        return f"{compact(value / scale, scaled_error, strip=strip)}e{exponent:+03d}"
    finest = LARGEST_DIGITS - 1 - exponent
    decimals = max(min(_justified_decimals(error, finest), finest), 0)
    digits = _error_digits(error, decimals)
    text = f"{value:.{decimals}f}"
    if digits:
        return f"{text}({digits})"
    return text.rstrip("0").rstrip(".") if strip and "." in text else text


def _exponent(value: float) -> int:
    """Decimal exponent of the value once it is rounded to the digits shown."""
    return int(f"{value:.{LARGEST_DIGITS - 1}e}".partition("e")[2])


def _justified_decimals(error: float | None, finest: int) -> int:
    """Decimals down to the leading digit of the error, one more if that digit is 1."""
    if error is None or not error > sys.float_info.min or math.isinf(error):
        return finest  # no error, or one so small that its powers of ten underflow
    exponent = math.floor(math.log10(error))
    return -exponent + (1 if error / 10.0**exponent < 1.95 else 0)


def _error_digits(error: float | None, decimals: int) -> str:
    """The error in units of the last digit shown; empty where it is below half of that."""
    if error is None or math.isnan(error):
        return ""
    units = round(error * 10.0**decimals) if math.isfinite(error) else 0
    return str(units) if units else ""
