"""What is wrong or remarkable about a table: a code, a sentence, and where.

Codes that begin with E_ refuse the table, those with W_ are told and kept in its provenance.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from stellar.errors import InputError


@dataclass(frozen=True)
class Finding:
    """One defect, repair or warning.

    code : such as E_P_DECREASING or W_ACAUSAL
    sentence : what was found, with the value, and the remedy where there is one
    line : line of the file that it stands on, None if it concerns the whole
    """

    code: str
    sentence: str
    line: int | None = None

    @property
    def is_error(self) -> bool:
        """Whether the table cannot be used."""
        return self.code.startswith("E_")

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{self.code}: {where}{self.sentence}"


class TableError(InputError):
    """A table with at least one error; `findings` holds every one of them and the warnings."""

    def __init__(self, source: str, findings: Iterable[Finding]):
        self.source = source
        self.findings = tuple(findings)
        errors = [finding for finding in self.findings if finding.is_error]
        more = len(errors) - 1
        rest = (
            f" There {'is 1 more defect' if more == 1 else f'are {more} more defects'}; "
            "`stellar eos check` lists them all."
            if more
            else ""
        )
        super().__init__(f"{source} cannot be used. {errors[0]}{rest}")


def refuse(source: str, code: str, sentence: str, line: int | None = None) -> TableError:
    """The exception for one defect that stops the reading."""
    return TableError(source, (Finding(code, sentence, line),))
