"""What is odd about the order of a project's phases."""

MVP_LATE = "mvp_late"
DATE_EARLY = "date_early"
NO_MVP = "no_mvp"


def find_disorder(phases):
    """Return what is odd about phases in their order: nothing of it is forbidden.

    :param list phases: for each phase whether it is an MVP, and the day of its go-live or nothing
    :return: pairs of what is odd and of the place of the phase: an MVP behind an improvement, a go-live before that
        of a phase in front of it, no MVP at all (place 0)
    :rtype: list[tuple]
    """
    found = []
    latest, improved = None, False
    for place, (is_mvp, day) in enumerate(phases):
        if is_mvp and improved:
            found.append((MVP_LATE, place))
        improved = improved or not is_mvp
        if day and latest and day < latest:
            found.append((DATE_EARLY, place))
        elif day:
            latest = day
    if phases and not any(is_mvp for is_mvp, _day in phases):
        found.append((NO_MVP, 0))
    return found
