"""The sequences of many equations of state, surveyed in one batch."""

from collections.abc import Sequence as Many

from stellar.eos.base import ColdEOS
from stellar.parode.batches import Batch
from stellar.stars.conversation import answer_all
from stellar.stars.sequence import Sequence
from stellar.stars.survey import survey_steps


def survey_sequences(equations: Many[ColdEOS], device: str = "cpu") -> list[Sequence]:
    """The stable branches of every equation of state; one that fails says why."""
    batch, owners = Batch(equations, device), range(len(equations))
    outcomes = answer_all(
        [survey_steps(eos, white_dwarfs=False) for eos in equations],
        lambda asked: batch.answers(asked, owners),
    )
    return [
        Sequence.failed(eos.name, outcome) if isinstance(outcome, ArithmeticError) else outcome
        for eos, outcome in zip(equations, outcomes, strict=True)
    ]
