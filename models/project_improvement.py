from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

SALES = "sales_team.group_sale_salesman"


class ProjectImprovement(models.Model):
    """What the product can still bring to a client: proposed in a report, sold by a quotation of its own."""

    _name = "project.improvement"
    _description = "Improvement Proposed"
    _inherit = ["project.scope.record.mixin"]

    name = fields.Char("Improvement", help="In words for the client: it reads this in reports.")
    description = fields.Text("What it brings", help="In words for the client: it reads this in reports.")
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("sale_ok", "=", True)],
        help="What would be sold.",
    )
    days = fields.Float(help="Working days that it takes, about.")
    point_id = fields.Many2one(
        "project.open.point",
        string="From the wish",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
    )
    state = fields.Selection(
        [("proposed", "Proposed"), ("quoted", "Quoted"), ("taken", "Taken"), ("declined", "Declined")],
        required=True,
        default="proposed",
        copy=False,
        help="Reports show what is proposed or quoted.",
    )
    order_id = fields.Many2one(
        "sale.order", string="Quotation", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )

    _days_positive = models.Constraint("CHECK(days >= 0)", "Days are 0 or more.")
    _once_a_wish = models.UniqueIndex(
        "(point_id) WHERE point_id IS NOT NULL", "This wish is among the improvements already."
    )

    # === ACTIONS === #

    def action_propose(self):
        """Open the quotation for the improvement, made if there is none; once, however often it is asked for.

        Whoever may not open it reads its name, and the salesperson has an activity.

        :raises AccessError: if the user is not the consultant of the project
        :raises UserError: if the client has declined it, or the project has no customer
        """
        self.ensure_one()
        self.project_id._check_lifecycle_consultant()
        improvement = self.sudo()
        self.env.execute_query(SQL("UPDATE project_improvement SET id = id WHERE id = %s RETURNING id", self.id))
        improvement.invalidate_recordset(["order_id", "state"])
        if improvement.state == "declined":
            raise UserError(self.env._("%(name)s was declined: propose it anew first.", name=self.name))
        found = improvement._get_proposal()
        proposal = found or improvement._create_proposal()
        return improvement._show_proposal(proposal, is_new=not found)

    # === BUSINESS METHODS === #

    def _get_proposal(self):
        """Return what was made of the improvement: override along with ``_create_proposal``."""
        return self.order_id

    def _create_proposal(self):
        """Make the draft of a quotation: override to make an opportunity, or whatever else sells.

        :return: one record, with a name
        """
        if not self.project_id.partner_id:
            raise UserError(self.env._("%(project)s has no customer to quote to.", project=self.project_id.name))
        order = self.env["sale.order"].create(self._prepare_quotation_values())
        self.write({"order_id": order.id, "state": "quoted"})
        return order

    def _prepare_quotation_values(self):
        project = self.project_id
        line = {"name": "\n".join(filter(None, [self.name, self.description]))}
        if self.product_id:
            line |= {"product_id": self.product_id.id, "product_uom_qty": self._get_quantity()}
        else:
            # nobody has said yet as what it is sold
            line["display_type"] = "line_note"
        values = {
            "partner_id": project.partner_id.id,
            "origin": project.name,
            "order_line": [Command.create(line)],
        }
        if project.company_id:
            values["company_id"] = project.company_id.id
        if seller := self._get_seller():
            values["user_id"] = seller.id
        return values

    def _get_quantity(self):
        """Return how much is quoted: the days in the unit of the product, one if it is not sold by time."""
        day, unit = self.env.ref("uom.product_uom_day"), self.product_id.uom_id
        if not self.days or not unit._has_common_reference(day):
            return 1.0
        return day._compute_quantity(self.days, unit)

    def _get_seller(self):
        """Return who sells to the client: the salesperson of the hand-over, else of the customer."""
        project = self.project_id
        sellers = [*project.intake_ids.salesperson_id, project.partner_id.commercial_partner_id.user_id]
        return next((user for user in sellers if user and user.active and not user.share), self.env["res.users"])

    def _show_proposal(self, proposal, is_new):
        user = self.env.user
        if user.has_group(SALES) and proposal.sudo(False).has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": proposal._name,
                "res_id": proposal.id,
                "views": [(False, "form")],
            }
        seller = self._get_seller() or self.env.user
        if is_new:
            told = proposal.with_context(lang=seller.lang or self.env.lang)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=seller.id,
                summary=told.env._("Propose to the client: %(name)s", name=self.name),
            )
        message = self.env._(
            "%(document)s is prepared, %(salesperson)s takes care of it.",
            document=proposal.display_name,
            salesperson=seller.name,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _take_over_wishes(self, project):
        """Make improvements of the client's open wishes that are none yet."""
        wishes = self.env["project.open.point"].search(
            [
                ("project_id", "=", project.id),
                ("kind", "=", "wish"),
                ("state", "=", "open"),
                "|",
                ("partner_id", "!=", False),
                ("client_question", "=", True),
            ]
        )
        known = self.search([("point_id", "in", wishes.ids)]).point_id
        return self.create([{"project_id": project.id, "name": it.name, "point_id": it.id} for it in wishes - known])
