from odoo.exceptions import UserError


class GateRefused(UserError):
    """A project was to go forward while its gate is closed.

    The message names each project and what is open. ``context`` carries the ids, so that a client may offer more than
    the text.

    :param str message: what the user reads
    :param project.project projects: the projects whose gate refused
    :param project.project.stage stage: where they were to go
    """

    def __init__(self, message, projects, stage=None):
        super().__init__(message)
        self.context = {"project_ids": projects.ids, "to_stage_id": stage.id if stage else False}


class SignoffRefused(UserError):
    """A sign-off was not answered, or not shown; nothing of it has changed.

    :param str message: what the person reads, without a word about what the sign-off says
    :param str code: why: ``token``, ``expired``, ``person``, ``addressee``, ``answered``, ``withdrawn``, ``input``
    """

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
