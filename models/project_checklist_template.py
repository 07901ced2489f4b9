from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

RESPONSIBLE_SIDES = [
    ("consultant", "Consultant"),
    ("client", "Client"),
    ("sales", "Salesperson"),
    ("support", "Support"),
]
KINDS = [
    ("manual", "Ticked by hand"),
    ("evidence", "Evidence attached"),
    ("field", "Field of the project set"),
    ("computed", "Computed"),
    ("signoff", "Signed off by the client"),
]


class ProjectChecklistTemplate(models.Model):
    _name = "project.checklist.template"
    _inherit = ["project.shipped.mixin"]
    _description = "Criterion of a Stage"
    _order = "stage_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    stage_id = fields.Many2one("project.project.stage", required=True, index=True, ondelete="cascade")
    exit_id = fields.Many2one(
        "project.lifecycle.exit",
        index="btree_not_null",
        ondelete="cascade",
        help="The criterion is asked only when a project takes this exit.",
    )
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10, export_string_translation=False)
    section = fields.Char(translate=True, help="Criteria of the same section stand together under this heading.")
    kind = fields.Selection(
        KINDS,
        required=True,
        default="manual",
        help="How the criterion is met: somebody ticks it, somebody attaches a file or a link, a field of the project"
        " is filled in, Odoo works it out, or the client confirms it by a sign-off.",
    )
    criterion = fields.Selection(
        [
            ("customer", "Customer set"),
            ("manager", "Project manager set"),
            ("dates", "Start and end date set"),
            ("plan", "Stages planned within the project's dates"),
            ("milestones", "Milestones set, each with a date"),
            ("blocking_tasks", "No task open that blocks the gate"),
            ("spoc", "SPOC named"),
            ("spoc_duties", "Duties acknowledged by the SPOC"),
            ("spoc_note", "Confidential note on the SPOC written"),
            ("leads", "Project leads of both sides named"),
            ("lead_ours", "Our project lead named"),
            ("lead_client", "The client's project lead named"),
            ("members", "Team members of both sides named"),
            ("members_ours", "Our team members named"),
            ("members_client", "The client's team members named"),
            ("open_points", "No open point left that blocks the gate"),
            ("client_questions", "No question of the client about the collaboration left open"),
            ("doubts", "Every doubt discussed"),
            ("problems_in_time", "No problem open beyond its deadline"),
            ("areas", "No business area left open"),
            ("kickoff_held", "Kick-off held with the client"),
            ("internal_kickoff_held", "Internal kick-off held"),
            ("handover_call", "Hand-over call recorded: by whom and when"),
            ("handover_firm", "Way the firm works written in the hand-over"),
            ("handover_reasons", "Reasons per application written in the hand-over"),
            ("handover_expectations", "Expectations written in the hand-over"),
            ("handover_limits", "Limits written in the hand-over"),
            ("handover_sales_cycle", "Sales cycle written in the hand-over"),
            ("red_flags", "No red flag waits for an answer"),
            ("scope_reasons", "Every application in scope has a reason"),
            ("scope_limits_told", "Limits of the applications told to the client"),
            ("shortage_told", "Days sold are enough for the scope, or the client was told"),
            ("why_chosen", "Why the client chose us, and what it thinks it bought, written"),
            ("flows", "Business flows described, each with AS-IS and TO-BE"),
            ("flows_as_is", "Business flows described, each with AS-IS"),
            ("flows_to_be", "Business flows described, each with TO-BE"),
            ("flows_analysed", "Business flows analysed, each with AS-IS, TO-BE, limits and risks"),
            ("expectations_judged", "Expectations recorded, each with a verdict"),
            ("expectations", "Expectations recorded and judged, those above the standard told to the client"),
            ("phases", "Phases planned, each agreed with its outcome and go-live date"),
            ("handoff_prepared", "Hand-off prepared ahead"),
            ("handoff_reason", "Reason of the hand-off written"),
            ("handoff_told", "Client told everything that goes with the hand-off"),
            ("handoff_mailed", "Official mail of the hand-off sent"),
            ("training_use", "Training in the use given"),
            ("training_maintain", "Training in the maintenance given"),
            ("maintenance_plan", "Maintenance plan written and told to the client"),
            ("maintenance_support", "Technical support in the maintenance plan"),
            ("maintenance_upkeep", "Maintenance in the maintenance plan"),
            ("feedback", "Feedback of the client collected"),
            ("feedback_told", "Client told what became of each piece of feedback"),
            ("plan_agreed", "Phases agreed, and their go-lives within the planned stages and dates"),
            ("report_presented", "Report since the last go-live presented to the client"),
            ("report_timeline", "Report since the last go-live shows the timeline"),
            ("report_status", "Report since the last go-live tells the status"),
            ("report_adoption", "Report since the last go-live tells the adoption"),
            ("report_gains", "Report since the last go-live tells the business gains"),
            ("report_improvements", "Report since the last go-live proposes improvements"),
            ("closing_report", "Closing report published"),
            ("satisfaction", "Client has answered how satisfied it is"),
            ("lesson_success", "Success noted as a lesson"),
            ("lesson_improvement", "Point to improve noted as a lesson"),
            ("lessons", "Lesson noted that later projects find"),
        ],
        string="Computed from",
        help="What Odoo works out for a computed criterion.",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        domain="[('model', '=', 'project.project'), ('store', '=', True)]",
        index="btree_not_null",
        ondelete="cascade",
        help="The criterion is met once this field of the project is filled in.",
    )
    minimum_count = fields.Integer(
        "At least", default=1, help="For a field that holds several records: how many there must be."
    )
    signoff_kind_id = fields.Many2one(
        "project.signoff.kind",
        string="Sign-off",
        index="btree_not_null",
        ondelete="restrict",
        help="The criterion is met once the client has confirmed a sign-off of this kind.",
    )
    is_blocking = fields.Boolean("Blocking", help="The project does not leave the stage while this criterion is open.")
    responsible = fields.Selection(RESPONSIBLE_SIDES, required=True, default="consultant")
    asked_before_next_phase = fields.Boolean(
        "Asked before the next phase",
        default=True,
        help="Also asked when a project goes back from a go-live to its next phase; otherwise on the way forward"
        " only.",
    )
    client_visible = fields.Boolean("Visible to the client")
    needs_agreement = fields.Boolean(
        "Needs agreement",
        help="Ticked with the client's word only: met once it was explained, and somebody of the client agreed.",
    )
    guidance = fields.Text(translate=True, help="How to know that the criterion is met, and what to write down.")
    source_ref = fields.Char(
        "Requirement",
        export_string_translation=False,
        help="Numbers of the requirements which this criterion answers.",
    )
    item_ids = fields.One2many("project.checklist.item", "template_id", string="Copies on projects")

    _criterion_given = models.Constraint(
        "CHECK(kind != 'computed' OR criterion IS NOT NULL)", "Choose what the computed criterion is computed from."
    )
    _field_given = models.Constraint(
        "CHECK(kind != 'field' OR field_id IS NOT NULL)", "Choose the field that the criterion looks at."
    )
    _signoff_given = models.Constraint(
        "CHECK(kind != 'signoff' OR signoff_kind_id IS NOT NULL)", "Choose what the client signs off."
    )
    _agreement_by_hand = models.Constraint(
        "CHECK(needs_agreement IS NOT TRUE OR kind = 'manual')",
        "The client agrees to criteria that are ticked by hand.",
    )
    _minimum_positive = models.Constraint("CHECK(minimum_count > 0)", "At least one record must be asked for.")

    @api.constrains("stage_id", "exit_id")
    def _check_stage_of_exit(self):
        for template in self:
            if template.exit_id and template.exit_id.from_stage_id != template.stage_id:
                raise ValidationError(
                    self.env._(
                        "The criterion %(criterion)s belongs to the exit %(exit)s, which starts from another stage.",
                        criterion=template.name,
                        exit=template.exit_id.name,
                    )
                )

    @api.constrains("field_id")
    def _check_field(self):
        for template in self.filtered("field_id"):
            if template.field_id.model != "project.project" or not template.field_id.store:
                raise ValidationError(
                    self.env._(
                        "%(criterion)s: the field %(field)s is not one that projects keep. Choose another one.",
                        criterion=template.name,
                        field=template.field_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Add criteria, also to the projects that have not passed the gate of their stage yet."""
        for vals in vals_list:
            if vals.get("exit_id"):
                vals["stage_id"] = self.env["project.lifecycle.exit"].browse(vals["exit_id"]).from_stage_id.id
        templates = super().create(vals_list)
        templates._add_to_running_steps()
        return templates

    def write(self, vals):
        """Change criteria: those that are still open on running projects follow, those that are answered stay.

        :raises UserError: if a criterion that projects have is moved to another stage
        """
        if "stage_id" in vals and (
            used := self.filtered(lambda template: template.stage_id.id != vals["stage_id"]).item_ids
        ):
            raise UserError(
                self.env._(
                    "%(criterion)s stands on the checklist of projects: it cannot move to another stage. Archive it"
                    " and add one to the other stage.",
                    criterion=used[0].name,
                )
            )
        res = super().write(vals)
        followed = {name: vals[name] for name in self._get_followed_fields() if name in vals}
        if followed:
            self._get_open_items().write(followed)
            self._get_open_items().filtered("is_unacceptable").write({"is_blocking": True})
        if "active" in vals and not vals["active"]:
            self._get_open_items().unlink()
        if vals.get("active"):
            self._add_to_running_steps()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        items = self.env["project.checklist.item"].sudo().search([("template_id", "in", self.ids)])
        self._get_open_items().unlink()
        if items := items.exists():
            raise UserError(
                self.env._(
                    "%(criterion)s was answered on projects: %(projects)s. Archive it instead.",
                    criterion=items[0].name,
                    projects=", ".join(items.project_id[:5].mapped("name")),
                )
            )

    def _get_followed_fields(self):
        """Return the names of the fields that open copies on projects take over when they change here."""
        return [
            "sequence",
            "kind",
            "is_blocking",
            "client_visible",
            "responsible",
            "asked_before_next_phase",
            "needs_agreement",
            "signoff_kind_id",
        ]

    def _get_followed_values(self):
        """Return the values that an open copy on a project takes over."""
        self.ensure_one()
        return {name: self[name] for name in self._get_followed_fields()}

    def _get_open_items(self):
        # administrators of lifecycles may change what is asked of all projects, also of those that they do not see
        return (
            self.env["project.checklist.item"]
            .sudo()
            .search(
                [
                    ("template_id", "in", self.ids),
                    ("state", "=", "open"),
                    ("step_id.state", "in", ("current", "upcoming")),
                ]
            )
        )

    def _add_to_running_steps(self):
        steps = (
            self.env["project.lifecycle.step"]
            .sudo()
            .search([("stage_id", "in", self.stage_id.ids), ("state", "in", ("current", "upcoming"))])
        )
        if steps:
            steps._add_items()
