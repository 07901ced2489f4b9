"""Which gate something has to be settled at: arithmetic on the purposes of a lifecycle's stages, without the ORM."""


def into_delivery(purposes):
    """Return the place of the last stage before the first delivery stage; None if there is none.

    :param list purposes: of the stages in their order; None for a stage that is not in use
    """
    if "delivery" not in purposes:
        return None
    before = [place for place in range(purposes.index("delivery")) if purposes[place]]
    return before[-1] if before else None


def out_of_kickoff(purposes):
    """Return the place of the last stage of purpose kick-off; None if there is none.

    :param list purposes: of the stages in their order; None for a stage that is not in use
    """
    places = [place for place, purpose in enumerate(purposes) if purpose == "kickoff"]
    return places[-1] if places else None


def before_client(purposes):
    """Return how many stages, from the first on, the client sees nothing of: up to the kick-off, the gate of which
    opens its side of a project; without a kick-off up to the internal one; without either none.

    :param list purposes: of the stages in their order; None for a stage that is not in use
    """
    for purpose in ("kickoff", "intake"):
        places = [place for place, found in enumerate(purposes) if found == purpose]
        if places:
            return places[-1] + 1
    return 0


def not_passed(place, present):
    """Return a place, or the present one if it lies behind or is unknown.

    :param int place: may be None
    :param int present: where the project stands
    """
    return present if place is None or place < present else place
