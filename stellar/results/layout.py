"""How a result is laid out in an HDF5 file; the writer and the reader both follow this page.

    /                       attributes: format, version, content_sha256, config, counts of rows by
                            outcome and by status, provenance
    /constants              attributes: name with unit -> value
    /stars, /modes          one dataset a column, rows along a dimension scale (star_id, mode_id)
    /eos/<name>             attributes: name, spec, provenance; datasets: the table that was used
    /eos/<ensemble>         attributes: what all draws share; datasets: the table `members`, a row
                            a draw with its name and the specification that recreates it
    /profiles/<star_id>     datasets along log-enthalpy
    /eigenfunctions/<mode_id>
                            datasets from the centre to the surface at unit amplitude, which is
                            e^(lam/2) xi^r = R Y_lm at the surface
    behind the end          SHA-256 of the whole file (`stellar.seal`)

Text is fixed-length UTF-8, so that the declared size of a dataset bounds what reading it costs.
"""

from collections.abc import Mapping
from urllib.parse import quote

from parode_core import Status

FORMAT_NAME = "stellar-results"
FORMAT_VERSION = 1
SIZE_CAP_BYTES = 2 * 1024**3

ROW_TABLES = ("stars", "modes")
TOP_GROUPS = ("constants", "stars", "modes", "eos", "profiles", "eigenfunctions")

# Tables of curves, each under the number of a row of another table.
CURVES = {"profiles": "stars", "eigenfunctions": "modes"}

# Root attributes that are no provenance: fixed by the layout or derived from the content.
FORMAT, VERSION, CONTENT_HASH = "format", "version", "content_sha256"
CONFIG, CONFIG_HASH = "config", "config_sha256"
BY_STATUS = tuple(f"{table}_by_status" for table in ROW_TABLES)
TEXT_ATTRIBUTES = (FORMAT, CONTENT_HASH, CONFIG, CONFIG_HASH, *BY_STATUS)
NUMBER_ATTRIBUTES = (VERSION,) + tuple(
    f"{table}_{outcome}" for table in ROW_TABLES for outcome in ("well", "failed")
)
EOS_NAME, EOS_SPEC, ENSEMBLE = "name", "spec", "ensemble"
MEMBER = "eos"  # the column of a group of `/eos` that only an ensemble has


def group_name(name: str) -> str:
    """Name of an equation of state as one HDF5 link: a slash or a lone dot would make a path."""
    quoted = quote(name, safe=" :,=@+-_()")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def status_counts(statuses: Mapping[int, int]) -> str:
    """How many rows have each status, as in `OK 980, ABOVE_MAXIMUM_MASS 20`."""
    present = {value: count for value, count in statuses.items() if count}
    return ", ".join(f"{Status(value).name} {present[value]}" for value in sorted(present))
