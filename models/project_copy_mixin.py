from datetime import datetime

from pytz import timezone, utc

from odoo import fields, models

from ..logic.offsets import WorkingDayOffsets


class DateShift:
    """Where the dates of a project go in its copy; handed down in the context (key ``lifecycle_copy``).

    Only an object of this very class counts, so that no caller from outside can send one.

    :param int source_id: of the project that is copied
    :param WorkingDayOffsets offsets: from the start of the source to that of the copy
    :param zone: the time zone in which a moment is on a day
    """

    def __init__(self, source_id, offsets, zone):
        self.source_id = source_id
        self.offsets = offsets
        self.zone = zone

    def day(self, day):
        """Return the day in the copy of a day in the source; False if there is none."""
        return self.offsets.move(day) if day else False

    def moment(self, moment):
        """Return the moment in the copy, naive and in UTC, at the same time of the day; False if there is none."""
        if not moment:
            return False
        local = utc.localize(moment).astimezone(self.zone)
        moved = datetime.combine(self.offsets.move(local.date()), local.time())
        return self.zone.localize(moved).astimezone(utc).replace(tzinfo=None)


class ProjectCopyMixin(models.AbstractModel):
    """Copies of projects that have a lifecycle, templates and projects made from them; others are copied as ever."""

    _name = "project.copy.mixin"
    _description = "Copies of a Project"

    # === CRUD METHODS === #

    def copy(self, default=None):
        """Copy projects; where the copy has a lifecycle, its dates follow its start, and nobody follows it yet."""
        default = dict(default or {})
        with_lifecycle = self._get_copied_with_lifecycle(default)
        if not with_lifecycle:
            return super().copy(default)
        if len(self) > 1:
            # one at a time: Odoo gives each of several copies the milestones of all
            plain = self - with_lifecycle
            copies = dict(zip(plain, plain.copy(default), strict=True)) if plain else {}
            copies |= {project: project.copy(default) for project in with_lifecycle}
            return self.browse().concat(*(copies[project] for project in self))
        shift = self._get_date_shift(default)
        if self.date_start and self.date:
            default = self._prepare_planned_dates(default, shift)
        quiet = self.with_context(lifecycle_copy=shift, mail_notrack=True)
        return super(ProjectCopyMixin, quiet).copy(default)._forget_copying(self.env.context)

    def copy_data(self, default=None):
        """Leave out of a template what a project knows about its client."""
        vals_list = super().copy_data(default)
        for project, vals in zip(self, vals_list, strict=True):
            if vals.get("is_template") and not project.is_template:
                for name in self._get_client_facts() - (default or {}).keys():
                    vals.pop(name, None)
        return vals_list

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let nobody who follows a project follow its copy: followers may be the contacts of another client."""
        if get_date_shift(self.env):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)

    # === ACTIONS === #

    def action_create_from_template(self, values=None, role_to_users_mapping=None):
        """Create a project from this template, which ends as many working days after its start as the template.

        :param dict values: of the new project, among them perhaps ``date_start`` and ``date``
        """
        values = dict(values or {})
        if self._get_copied_with_lifecycle(values) and self.date_start and self.date:
            shift = self.with_context(copy_from_template=True)._get_date_shift(values)
            values = self._prepare_planned_dates(values, shift)
        return super().action_create_from_template(values, role_to_users_mapping)

    # === BUSINESS METHODS === #

    def _get_client_facts(self):
        """Return the names of the fields that a template does not take over from a project: override to add some.

        :rtype: set
        """
        return {"lifecycle_mentor_id", "lifecycle_discussed_on"}

    def _get_copied_with_lifecycle(self, default):
        """Return those of these projects whose copy has a lifecycle: their own, or that of the given values."""
        if "lifecycle_id" in default:
            return self if default["lifecycle_id"] else self.browse()
        return self.filtered("lifecycle_id")

    def _forget_copying(self, context):
        """Return these copies as Odoo does, without what was in the context for the time of copying only.

        :param dict context: in which the source was copied
        """
        ours = {"lifecycle_copy", "mail_notrack"} - context.keys()
        left = {key: value for key, value in self.env.context.items() if key not in ours}
        return self.with_env(self.env(context=left))

    def _prepare_planned_dates(self, values, shift):
        """Complete the values of a copy of this project, which is planned, with its start and end."""
        return {
            **values,
            "date_start": values.get("date_start") or shift.offsets.new_start,
            "date": values.get("date") or shift.day(self.date),
        }

    def _get_date_shift(self, default):
        """Return where the dates of this project go in its copy.

        They are counted from the start of each: that of the copy is given, else today. A template keeps the dates of
        its source, for only their distances matter.

        :param dict default: values given to the copy
        :rtype: DateShift
        """
        calendar = self.sudo().resource_calendar_id
        zone = timezone(calendar.tz or self.env.user.tz or "UTC")
        start = self._get_first_date(zone)
        stays_template = self.is_template and not self.env.context.get("copy_from_template")
        new_start = self._get_date_given(default.get("date_start")) or (
            start if stays_template or default.get("is_template") else fields.Date.context_today(self)
        )
        return DateShift(self.id, WorkingDayOffsets(start, new_start, self._get_working_days()[self]), zone)

    def _get_first_date(self, zone):
        """Return the date from which the dates of this project are counted.

        :return: its start; without one the day it was made, or the earliest deadline if that is before
        """
        if self.date_start:
            return self.date_start
        everything = self.with_context(active_test=False).env
        domain = [("project_id", "=", self.id)]
        [(moment,)] = everything["project.task"]._read_group(domain, [], ["date_deadline:min"])
        [(deadline,)] = everything["project.milestone"]._read_group(domain, [], ["deadline:min"])
        days = [utc.localize(day).astimezone(zone).date() for day in (self.create_date, moment) if day]
        return min([*days, deadline] if deadline else days)


def get_date_shift(env):
    """Return where dates go while a project is copied, False at any other time.

    :rtype: DateShift
    """
    shift = env.context.get("lifecycle_copy")
    return isinstance(shift, DateShift) and shift
