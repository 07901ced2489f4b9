from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date, format_duration

from ..logic.packs import TINY

# What of an entry tells its pack, and what changes the balance of packs.
PACK_FIELDS = {"pack_id", "pack_use", "so_line"}
FOLLOWED_FIELDS = {"pack_id", "pack_use", "unit_amount", "product_uom_id", "project_id"}


class PacksStay(NamedTuple):
    """Tells, in the context (key ``packs_stay``), that Odoo takes order lines off entries for a reason of its own.

    Only an object of this very class counts, so that no caller from outside can send one.
    """

    reason: str


class ProjectPackEntryMixin(models.AbstractModel):
    """Which pack a time entry is taken from (S2.48 to S2.51).

    A new entry goes to the oldest pack of its project that has something left, and stays there for good: whatever
    happens to order lines, tasks and packs afterwards, only an administrator moves it, which is logged.
    """

    _name = "project.pack.entry.mixin"
    _inherit = "project.pack.entry.move.mixin"
    _description = "Time Entry of a Pack"

    pack_id = fields.Many2one(
        "project.pack",
        compute="_compute_pack_id",
        store=True,
        readonly=False,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('project_id', '=', project_id)]",
        groups="base.group_user",
        help="What the time is taken from.",
    )
    # the project for which the pack was chosen, also where there was none to choose
    pack_project_id = fields.Many2one(
        "project.project",
        compute="_compute_pack_id",
        store=True,
        copy=False,
        groups="base.group_user",
        export_string_translation=False,
        ondelete="set null",
    )
    work_kind_id = fields.Many2one(
        "project.work.kind",
        string="Kind of work",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    internal_note = fields.Text(
        groups="base.group_user", help="For us only: the description is what the client reads."
    )

    # === COMPUTE METHODS === #

    @api.depends("project_id")
    def _compute_pack_id(self):
        """Take new entries, and those that come from another project, from the packs of their project."""
        followed = self.filtered(lambda entry: entry.project_id.sudo().lifecycle_id)
        others = self - followed
        others.pack_id = False
        others.pack_project_id = False
        new = followed.browse()
        for entry in followed:
            pack, project = entry.pack_id, entry.project_id
            if entry.pack_project_id == project or pack.project_id == project:
                entry.pack_id, entry.pack_project_id = pack, project
            else:
                new |= entry
        # forms would alert, and refuse, before anything is saved
        drafts = new.filtered(lambda entry: not entry.id)
        for entry in drafts:
            entry.pack_id, entry.pack_project_id = False, entry.project_id
        if new - drafts:
            (new - drafts)._assign_packs()

    @api.depends("pack_id", "pack_use")
    def _compute_so_line(self):
        """Let entries on a pack keep its order line; others never slip onto that of a pack."""
        packed = self.filtered("pack_id")
        for (pack, use), entries in packed.grouped(lambda entry: (entry.pack_id, entry.pack_use)).items():
            entries.so_line = pack.sudo().sale_line_id if use == "deducted" else False
        rest = self - packed
        followed = rest.filtered(lambda entry: entry.project_id.sudo().lifecycle_id)
        before = {entry: entry.so_line for entry in followed}
        res = super(ProjectPackEntryMixin, rest)._compute_so_line()
        lines = followed.so_line.sudo().filtered("remaining_hours_available")
        if lines:
            packs = self.env["project.pack"].sudo().search([("sale_line_id", "in", lines.ids)])
            for entry in followed.filtered(lambda entry: entry.so_line in packs.sale_line_id):
                kept = before[entry]
                entry.so_line = kept if kept not in packs.sale_line_id else False
        return res

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log time: on the pack that is asked for, by itself or by its order line, else on the one that comes next.

        :raises ValidationError: if the pack belongs to another project
        :raises UserError: if nothing is left and the company refuses such time
        """
        asked = [vals for vals in vals_list if vals.get("so_line") and self._get_lifecycle_project(vals)]
        if asked:
            packs = self._get_packs_of_lines([vals["so_line"] for vals in asked])
            for vals in asked:
                vals.setdefault("pack_id", packs.get(vals["so_line"], self.env["project.pack"]).id)
        for vals in vals_list:
            if "pack_id" in vals and not vals["pack_id"]:
                # kept off packs on purpose: it is not assigned later on
                vals["pack_project_id"] = self._get_lifecycle_project(vals).id
        entries = super().create(vals_list)
        # now: what follows asks the order lines what they have left
        entries._recompute_recordset(["pack_id", "pack_project_id", "so_line"])
        by_hand = entries.browse(
            entry.id for entry, vals in zip(entries, vals_list, strict=True) if vals.get("pack_id")
        )
        if by_hand:
            by_hand._check_packs_take_time()
            by_hand._keep_without_line()
            by_hand._follow_on_packs()
        return entries

    def write(self, vals):
        """Change time entries: they keep their pack, whatever changes around them.

        :raises AccessError: if somebody else than an administrator moves time that was taken from a pack
        :raises UserError: if nothing is left and the company refuses such time
        """
        if not PACK_FIELDS.isdisjoint(vals):
            if isinstance(self.env.context.get("packs_stay"), PacksStay) and vals.keys() == {"so_line"}:
                return super(ProjectPackEntryMixin, self.filtered(lambda entry: not entry.pack_id)).write(vals)
            vals = self._prepare_pack_move(vals)
        if FOLLOWED_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = {entry: entry.sudo().pack_id for entry in self}
        uses = {entry: entry.pack_use for entry in self.sudo()}
        left = self._get_hours_left()
        res = super().write(vals)
        self._recompute_recordset(["pack_id", "pack_project_id", "so_line"])
        if not PACK_FIELDS.isdisjoint(vals):
            self.filtered(lambda entry: entry.sudo().pack_id != before[entry])._check_packs_take_time()
            self._keep_without_line()
        self._log_moves(before)
        self._log_uses(uses)
        self._follow_on_packs(before=left, packs=self.env["project.pack"].union(*before.values()))
        return res

    def copy_data(self, default=None):
        """Leave the order line of packs behind: a copy is new time, and goes to the pack that comes next."""
        vals_list = super().copy_data(default=default)
        for entry, vals in zip(self.sudo(), vals_list, strict=True):
            if entry.pack_id and "so_line" not in (default or {}):
                vals.pop("so_line", None)
                vals.pop("is_so_line_edited", None)
        return vals_list

    def unlink(self):
        packs = self.sudo().pack_id
        res = super().unlink()
        packs._watch()
        return res

    @api.constrains("pack_id", "project_id")
    def _check_pack_of_project(self):
        for entry in self.sudo().filtered("pack_id"):
            if entry.pack_id.project_id != entry.project_id:
                raise ValidationError(
                    self.env._(
                        "%(pack)s is no pack of %(project)s: choose one of that project's.",
                        pack=entry.pack_id.display_name,
                        project=entry.project_id.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _check_packs_take_time(self):
        """Check the packs that were chosen by hand for these entries: administrators pass their validity.

        :raises UserError: if the order of one is cancelled, or it is not valid on the day of the entry
        """
        is_manager = self.env.user.has_group("project.group_project_manager")
        for entry in self.sudo().filtered("pack_id"):
            pack = entry.pack_id
            if pack.is_cancelled:
                raise UserError(
                    self.env._(
                        "The order of %(pack)s is cancelled: no more time is taken from it. Choose another pack.",
                        pack=pack.display_name,
                    )
                )
            if not is_manager and not pack._is_valid_on(entry.date):
                raise UserError(
                    self.env._(
                        "%(pack)s is not valid on %(day)s: choose another pack,"
                        " or none for the oldest with hours left.",
                        pack=pack.display_name,
                        day=format_date(self.env, entry.date),
                    )
                )

    @api.model
    def _get_lifecycle_project(self, vals):
        """Return the project to which the values of a new entry lead, if it has a lifecycle.

        :rtype: project.project
        """
        task = self.env["project.task"].browse(vals.get("task_id")).sudo()
        project_id = vals.get("project_id") or self.env.context.get("default_project_id")
        project = self.env["project.project"].browse(project_id).sudo() or task.project_id
        return project if project.lifecycle_id else project.browse()

    @api.model
    def _get_packs_of_lines(self, line_ids):
        """Return the packs of order lines, by the id of the line.

        :rtype: dict
        """
        packs = self.env["project.pack"].sudo().search([("sale_line_id", "in", line_ids)])
        return {pack.sale_line_id.id: pack for pack in packs}

    def _is_updatable_timesheet(self):
        """Keep time that is on a pack where it is: Odoo asks before it moves entries to another order line."""
        return super()._is_updatable_timesheet() and not self.sudo().pack_id

    def _assign_packs(self):
        """Take these entries, which are on no pack of their project yet, from the oldest one with something left.

        What Odoo puts on a line that is not paid in advance stays there; tasks name another pack, or none.
        """
        packs = self.env["project.pack"].sudo()._get_of_projects(self.project_id)
        if packs:
            packs.filtered(lambda pack: pack.project_id._refuses_excess())._lock()
        ledgers, by_project = packs._build_ledgers(assigned=self), packs.grouped(lambda pack: pack.project_id.id)
        for project, entries in self.grouped("project_id").items():
            ledger, own = ledgers.get(project.id), by_project.get(project.id, packs.browse())
            chosen = {}
            for entry in entries:
                pack = own and entry._choose_pack(ledger, own)
                chosen.setdefault(pack, []).append(entry.id)
                if pack and entry.pack_use == "deducted":
                    ledger.take(pack.id, entry._get_hours())
            for pack, entry_ids in chosen.items():
                entries.browse(entry_ids).pack_id = pack
            entries.pack_project_id = project
            if own:
                entries._keep_without_line()
                entries._check_hours_left(ledger)
                own._watch(ledger)

    def _choose_pack(self, ledger, packs):
        """Return which of the packs of its project an entry is taken from; may be none.

        :rtype: project.pack
        """
        task = self.task_id.sudo()
        if task.no_pack:
            return packs.browse()
        entry = self.sudo()
        line = entry.project_id.allow_billable and entry._timesheet_determine_sale_line()
        if line and not line.remaining_hours_available:
            return packs.browse()
        if task.pack_id in packs and ledger.takes(task.pack_id.id, self.date):
            return task.pack_id
        corrected = self.unit_amount < 0 and self._get_corrected_pack()
        return corrected or packs.browse(ledger.choose(self.date) or ())

    def _get_corrected_pack(self):
        """Return the pack of the latest time that a negative entry can correct: of the same person and task."""
        domain = [
            ("project_id", "=", self.project_id.id),
            ("task_id", "=", self.task_id.id),
            ("employee_id", "=", self.employee_id.id),
            ("pack_id", "!=", False),
            ("unit_amount", ">", 0),
        ]
        return self.sudo().search([*domain, ("id", "not in", self.ids)], order="date desc, id desc", limit=1).pack_id

    def _keep_without_line(self):
        """Keep Odoo from looking for an order line of these entries where their pack gives them none."""
        without = self.filtered(
            lambda entry: entry.pack_id and (entry.pack_use != "deducted" or not entry.pack_id.sudo().sale_line_id)
        )
        if without:
            without.sudo().is_so_line_edited = True

    def _get_hours(self):
        return self.env["project.pack"]._to_hours(self.unit_amount, self.product_uom_id.id)

    def _get_hours_left(self):
        """Return what the packs of the projects of these entries have left, where the company refuses more than that.

        :return: hours by the id of the project
        :rtype: dict
        """
        projects = self.project_id.sudo().filtered(lambda it: it.lifecycle_id and it._refuses_excess())
        ledgers = self.env["project.pack"].sudo()._get_ledgers(projects)
        return {project_id: ledger.total for project_id, ledger in ledgers.items()}

    def _follow_on_packs(self, before=None, packs=()):
        """Check what changed on these entries against what is left, and send the alerts that are due.

        :param dict before: hours left by project before the change; without it every entry counts as new
        :param project.pack packs: of which these entries were before
        """
        packs = self.sudo().pack_id | (packs or self.env["project.pack"]).sudo()
        everything = packs._get_of_projects(packs.project_id)
        by_project = everything.grouped(lambda pack: pack.project_id.id)
        for project_id, ledger in everything._build_ledgers().items():
            if before is None or ledger.total < before.get(project_id, ledger.total):
                self.filtered(lambda entry, key=project_id: entry.project_id.id == key)._check_hours_left(ledger)
            by_project[project_id]._watch(ledger)

    def _check_hours_left(self, ledger):
        """Refuse deducted time beyond the packs of one project, or warn, as its company wants it.

        :raises UserError: naming the project, what is left, and what to do
        """
        spending = self.filtered(lambda entry: entry.pack_use == "deducted" and entry.unit_amount > 0)
        beyond = spending.filtered("pack_id") if ledger.total < -TINY else spending.browse()
        if not beyond:
            return
        project = beyond.project_id.sudo()[:1]
        if project._refuses_excess() and not self.env.user.has_group("project.group_project_manager"):
            spent = sum(entry._get_hours() for entry in beyond)
            raise UserError(
                self.env._(
                    "The packs of %(project)s have %(left)s h left: this takes more. Log what is left, offer the rest,"
                    " or prepare the next pack.",
                    project=project.name,
                    left=format_duration(max(ledger.total + spent, 0.0)),
                )
            )
        self.env.user._bus_send(
            "simple_notification",
            {
                "type": "warning",
                "message": self.env._(
                    "The packs of %(project)s are used up: %(over)s h beyond them. Prepare the next pack.",
                    project=project.name,
                    over=format_duration(-ledger.total),
                ),
            },
        )
