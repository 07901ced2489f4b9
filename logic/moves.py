"""Where a project goes: arithmetic on the order of stages, without the ORM."""

FORWARD = "forward"
BACK = "back"
NONE = "none"


def direction(order, start, end):
    """Tell which way a project goes.

    :param list order: the stages of a lifecycle, first to last
    :param start: where it comes from; a stage that is not in the order counts as the first
    :param end: where it goes, a stage of the order
    :return: FORWARD, BACK or NONE
    """
    start_at = order.index(start) if start in order else 0
    end_at = order.index(end)
    if end_at == start_at:
        return NONE
    return FORWARD if end_at > start_at else BACK


def gates_on_the_way(order, start, end, passable=()):
    """Return the stages whose gates a project passes between two stages, in order; none unless it goes forward.

    The gate of a stage is at its end: leaving counts, entering does not.

    :param list order: the stages of a lifecycle, first to last
    :param start: where it comes from; its gate always counts. A stage that is not in the order counts as the first
    :param end: where it goes, a stage of the order
    :param passable: stages that may be passed over without their gate being asked
    """
    start_at = order.index(start) if start in order else 0
    return [
        stage
        for position, stage in enumerate(order[start_at : order.index(end)])
        if position == 0 or stage not in passable
    ]


def stages_between(order, start, end):
    """Return the stages strictly between two stages, in order, whichever way the project goes."""
    low, high = sorted((order.index(start) if start in order else 0, order.index(end)))
    return order[low + 1 : high]
