"""What became of one lane of a computation.

A lane that fails never raises: it carries a `Status`. The numbers are stored in result files and
are never reused or renumbered; `message` is the sentence a reader sees beside the row.
"""

from enum import IntEnum


class Status(IntEnum):
    """Outcome of one lane; 0 is success, every other member says why a value is missing or weak."""

    OK = 0
    NON_FINITE_INPUT = 1
    NON_FINITE_STATE = 2
    NOT_CONVERGED = 3
    NO_ROOT = 4
    SINGULAR = 5
    ACCURACY_NOT_REACHED = 6
    STEP_LIMIT = 7
    ABOVE_MAXIMUM_MASS = 8
    BELOW_MINIMUM_MASS = 9
    OUTSIDE_EOS_RANGE = 10
    MODE_NOT_FOUND = 11
    BELOW_NOISE_FLOOR = 12
    DEPENDS_ON_FAILED_STAR = 13
    COMPUTATION_FAILED = 14
    INVALID_PARAMETERS = 15

    @property
    def message(self) -> str:
        """The sentence shown to a reader; empty for success."""
        return _MESSAGES[self]


_MESSAGES = {
    Status.OK: "",
    Status.NON_FINITE_INPUT: "The input of this lane is not finite.",
    Status.NON_FINITE_STATE: "The solution became non-finite.",
    Status.NOT_CONVERGED: "The iteration did not converge.",
    Status.NO_ROOT: "No root lies in the searched interval.",
    Status.SINGULAR: "The linear system is singular.",
    Status.ACCURACY_NOT_REACHED: (
        "The requested accuracy was not reached; the error column says what was."
    ),
    Status.STEP_LIMIT: "The largest allowed number of steps was reached.",
    Status.ABOVE_MAXIMUM_MASS: "The equation of state cannot carry this mass.",
    Status.BELOW_MINIMUM_MASS: "The mass lies below the lightest star of the stable branch.",
    Status.OUTSIDE_EOS_RANGE: "The star lies outside the range of the equation of state.",
    Status.MODE_NOT_FOUND: "The mode was not found in the searched band.",
    Status.BELOW_NOISE_FLOOR: "The damping lies below the numerical noise floor.",
    Status.DEPENDS_ON_FAILED_STAR: "The star of this row could not be computed.",
    Status.COMPUTATION_FAILED: "The computation of this row failed.",
    Status.INVALID_PARAMETERS: "The parameters of this row describe nothing that can exist.",
}
