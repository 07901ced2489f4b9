"""What somebody decided about a move, without the ORM."""

from typing import NamedTuple


class GateMove(NamedTuple):
    """What somebody decided about a move, handed down in the context (key ``gate_move``).

    Only an object of this very class counts, so that no caller from outside can send one. Without a decision nothing
    is asked and nothing is recorded: that is for leaving the database. The details are more fields of the decision.
    """

    decision: str | None = None
    reason: str = ""
    exit_id: int | None = None
    details: dict = {}


WITHOUT_GATES = GateMove()
