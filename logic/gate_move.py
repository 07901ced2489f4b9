"""What somebody decided about a move, without the ORM."""

from typing import NamedTuple


class GateMove(NamedTuple):
    """What somebody decided about a move, handed down in the context (key ``gate_move``).

    Only an object of this very class counts, so that no caller from outside can send one. Without a decision nothing
    is asked and nothing is recorded: that is for leaving the database. It holds for the projects it names, not for
    others that are written on the way, say by an automation; without names it holds for all. The details are more
    fields of the decision.
    """

    decision: str | None = None
    reason: str = ""
    exit_id: int | None = None
    details: dict = {}
    project_ids: frozenset | None = None

    def covers(self, project_ids):
        """Tell whether the decision was made about all of these projects."""
        return self.project_ids is None or self.project_ids.issuperset(project_ids)


WITHOUT_GATES = GateMove()
