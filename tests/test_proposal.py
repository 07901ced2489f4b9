from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestProposal(LifecycleCommon):
    """Which lifecycle a new project is offered: that of its product, else of a tag, else of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = new_test_user(cls.env, "lc_sales", "sales_team.group_sale_salesman", name="Sam Sales")
        cls.seller = new_test_user(
            cls.env, "lc_seller", "project.group_project_manager,sales_team.group_sale_salesman_all_leads"
        )
        cls.of_tag = cls.create_lifecycle("Of the tag", ["Alpha", "Omega"])
        cls.of_product = cls.create_lifecycle("Of the product", ["Gamma", "Delta"])
        cls.of_company = cls.lifecycle
        cls.env.company.lifecycle_id = cls.of_company
        cls.tag = cls.env["project.tags"].create({"name": "R&D", "lifecycle_id": cls.of_tag.id})
        cls.plain_tag = cls.env["project.tags"].create({"name": "Any"})
        cls.service = cls._create_service("Research", lifecycle_id=cls.of_product.id)

    @classmethod
    def _create_service(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "service_tracking": "project_only", "taxes_id": False, **values}
        )

    def _new_project(self, user=None, view=None, **context):
        """Open the form of a new project; stock Odoo opens the full one only to administrators who also sell."""
        env = self.env(user=(user or (self.manager if view else self.seller)).id, context=context)
        form = Form(env["project.project"], view)
        form.name = "New"
        return form

    def _new_order(self, *products, confirm=True):
        """Make an order as the salesperson does, with nothing but the rights of Sales."""
        form = Form(self.env(user=self.salesperson.id, context={})["sale.order"])
        form.partner_id = self.client_company
        for product in products:
            with form.order_line.new() as line:
                line.product_id = product
        order = form.save()
        if confirm:
            order.action_confirm()
        return order

    def _project_of(self, order):
        return order.sudo().order_line.project_id

    # === FORMS OF NEW PROJECTS === #

    def test_the_company_proposes_in_both_forms(self):
        for view in (None, "project.project_project_view_form_simplified_footer"):
            form = self._new_project(view=view)
            self.assertEqual(form.lifecycle_id, self.of_company)
            project = form.save()
            self.assertEqual((project.lifecycle_id, project.stage_id), (self.of_company, self.first))
            self.assertEqual(len(project.step_ids), 4)

    def test_the_stage_in_the_form_is_that_of_the_proposal(self):
        self.env["project.lifecycle"]._enable_stage_feature()
        form = self._new_project()
        self.assertEqual(form.stage_id, self.first)
        form.tag_ids.add(self.tag)
        self.assertEqual(form.stage_id, self.of_tag.stage_ids[0])

    def test_a_tag_is_more_specific_than_the_company(self):
        form = self._new_project()
        form.tag_ids.add(self.plain_tag)
        self.assertEqual(form.lifecycle_id, self.of_company)
        form.tag_ids.add(self.tag)
        self.assertEqual(form.lifecycle_id, self.of_tag)
        form.tag_ids.remove(self.tag.id)
        self.assertEqual(form.lifecycle_id, self.of_company)
        form.tag_ids.add(self.tag)
        self.assertEqual(form.save().lifecycle_id, self.of_tag)

    def test_the_product_is_the_most_specific(self):
        order = self._new_order(self._create_service("Fee", service_tracking="no"), confirm=False)
        order.order_line = [Command.create({"product_id": self.service.id})]
        form = self._new_project()
        form.tag_ids.add(self.tag)
        form.allow_billable = True
        form.partner_id = self.client_company
        form.sale_line_id = order.order_line[-1].with_user(self.seller)
        self.assertEqual(form.lifecycle_id, self.of_product)
        form.sale_line_id = self.env["sale.order.line"]
        form.reinvoiced_sale_order_id = self.env["sale.order"]
        self.assertEqual(form.lifecycle_id, self.of_tag)
        form.reinvoiced_sale_order_id = order.with_user(self.seller)
        self.assertEqual(form.lifecycle_id, self.of_product, "the second line names one")

    def test_an_order_in_the_context_counts(self):
        self.service.service_tracking = "no"
        order = self._new_order(self.service)
        for context in ({"default_sale_line_id": order.order_line.id}, {"default_reinvoiced_sale_order_id": order.id}):
            form = self._new_project(self.seller, "project.project_project_view_form_simplified_footer", **context)
            self.assertEqual(form.lifecycle_id, self.of_product)

    def test_a_company_proposes_for_its_own_projects(self):
        other = self.env["res.company"].create({"name": "Elsewhere", "lifecycle_id": self.of_tag.id})
        self.seller.company_ids = [Command.link(other.id)]
        form = self._new_project(allowed_company_ids=[self.env.company.id, other.id])
        self.assertEqual(form.lifecycle_id, self.of_company)
        form.company_id = other
        self.assertEqual(form.lifecycle_id, self.of_tag)

    def test_what_was_chosen_stays(self):
        form = self._new_project()
        form.lifecycle_id = self.of_product
        form.tag_ids.add(self.tag)
        self.assertEqual(form.lifecycle_id, self.of_product)
        self.assertEqual(self._new_project(default_lifecycle_id=self.of_tag.id).lifecycle_id, self.of_tag)

    def test_what_was_emptied_is_not_filled_in_again(self):
        form = self._new_project()
        form.lifecycle_id = self.env["project.lifecycle"]
        form.user_id = self.consultant
        self.assertFalse(form.save().lifecycle_id)

    def test_projects_that_exist_are_not_proposed_anything(self):
        project = self.env["project.project"].create({"name": "Plain"})
        form = Form(project.with_env(self.env(user=self.manager.id, context={})))
        form.tag_ids.add(self.tag)
        form.user_id = self.consultant
        form.save()
        self.assertFalse(project.lifecycle_id)

    def test_a_running_project_can_be_given_a_lifecycle(self):
        project = self.env["project.project"].create({"name": "Plain"})
        form = Form(project.with_env(self.env(user=self.manager.id, context={})))
        form.lifecycle_id = self.of_tag
        form.save()
        self.assertEqual(project.stage_id, self.of_tag.stage_ids[0])
        self.assertEqual(project.current_step_id.stage_id, project.stage_id)

    def test_a_column_of_stages_decides_itself(self):
        own = self.env["project.project.stage"].search([("lifecycle_id", "=", False)], limit=1)
        form = self._new_project(default_stage_id=own.id)
        self.assertFalse(form.lifecycle_id)
        self.assertEqual(form.save().stage_id, own)

    def test_what_cannot_start_is_not_proposed(self):
        self.of_tag.active = False
        self.of_company.copy()
        self.env.company.lifecycle_id = self.env["project.lifecycle"].create({"name": "Empty"})
        form = self._new_project()
        form.tag_ids.add(self.tag)
        self.assertFalse(form.lifecycle_id)
        self.service.lifecycle_id = self.of_tag
        self.assertFalse(self._project_of(self._new_order(self.service)).lifecycle_id)

    def test_callers_and_imports_are_proposed_nothing(self):
        Project = self.env(user=self.manager.id, context={})["project.project"]
        project = Project.create({"name": "By RPC", "tag_ids": [Command.link(self.tag.id)]})
        self.assertFalse(project.lifecycle_id)
        result = Project.load(["name", "tag_ids"], [["Imported", "R&D"]])
        self.assertFalse(result["messages"] or Project.browse(result["ids"]).lifecycle_id)
        self.assertFalse(Project.browse(Project.name_create("Quick")[0]).lifecycle_id)

    def test_an_order_that_is_not_shown_to_the_user_proposes_nothing(self):
        order = self._new_order(self.service, confirm=False)
        view = "project.project_project_view_form_simplified_footer"
        form = self._new_project(view=view, default_sale_line_id=order.order_line.id)
        self.assertEqual(form.lifecycle_id, self.of_company)

    # === ORDERS === #

    def test_a_confirmed_order_gives_its_project_the_lifecycle_of_the_product(self):
        project = self._project_of(self._new_order(self.service))
        self.assertEqual((project.lifecycle_id, project.stage_id), (self.of_product, self.of_product.stage_ids[0]))
        self.assertEqual(len(project.step_ids), 2)

    def test_the_company_proposes_nothing_to_a_confirmed_order(self):
        self.assertFalse(self._project_of(self._new_order(self._create_service("Plain"))).lifecycle_id)

    def test_lines_that_share_a_project_share_its_lifecycle(self):
        plain = self._create_service("Fee")
        project = self._project_of(self._new_order(plain, self.service))
        self.assertEqual((len(project), project.lifecycle_id), (1, self.of_product))

    def test_another_line_with_a_project_of_its_own_does_not_decide(self):
        template = self.env["project.project"].create({"name": "Plain template", "is_template": True})
        plain = self._create_service("Fee", project_template_id=template.id)
        order = self._new_order(plain, self.service)
        lines = order.sudo().order_line
        self.assertEqual(lines.project_id.mapped("lifecycle_id"), self.of_product)
        self.assertFalse(lines[0].project_id.lifecycle_id)

    def test_a_template_without_a_lifecycle_takes_that_of_the_product(self):
        template = self.env["project.project"].create(
            {"name": "Plain template", "is_template": True, "task_ids": [Command.create({"name": "Start"})]}
        )
        template.message_subscribe(partner_ids=self.portal_user.partner_id.ids)
        self.service.project_template_id = template
        project = self._project_of(self._new_order(self.service))
        self.assertEqual(project.lifecycle_id, self.of_product)
        self.assertEqual(project.task_ids.mapped("name"), ["Start"])
        self.assertNotIn(self.portal_user.partner_id, project.message_partner_ids)

    def test_the_lifecycle_of_a_template_wins(self):
        template = self.create_project("Template", is_template=True)
        self.service.project_template_id = template
        self.assertEqual(self._project_of(self._new_order(self.service)).lifecycle_id, self.lifecycle)

    def test_the_button_of_an_order_proposes(self):
        self.service.service_tracking = "no"
        fee = self._create_service("Fee", service_tracking="no")
        for products in ((self.service,), (fee, self.service)):
            form = self._open_button(self._new_order(*products))
            self.assertEqual(form.lifecycle_id, self.of_product)
            self.assertEqual(self._press(form).lifecycle_id, self.of_product)

    def test_the_button_proposes_that_of_the_company_last(self):
        order = self._new_order(self._create_service("Fee", service_tracking="no"))
        form = self._open_button(order)
        self.assertEqual(form.lifecycle_id, self.of_company)
        form.lifecycle_id = self.env["project.lifecycle"]
        self.assertFalse(self._press(form).lifecycle_id)

    def test_the_button_with_templates(self):
        self.service.service_tracking = "no"
        own = self.create_project("Own", is_template=True)
        plain = self.env["project.project"].create({"name": "Plain template", "is_template": True})
        for template, lifecycle in ((own, self.lifecycle), (plain, self.of_product)):
            form = self._open_button(self._new_order(self.service))
            form.template_id = template
            self.assertEqual(self._press(form).lifecycle_id, lifecycle)

    def _open_button(self, order):
        """Press *Create project* on an order; stock Odoo shows its lines only to administrators who also sell."""
        self.env.invalidate_all()
        order = order.with_env(self.env(user=self.seller.id, context={}))
        action = order.action_create_project()
        Wizard = order.env["project.template.create.wizard"].with_context(**action["context"])
        return Form(Wizard, action["views"][0][0])

    def _press(self, form):
        action = form.save().with_context(**form._env.context).action_create_project_from_so()
        return self.env["project.project"].browse(action["context"]["default_project_id"])

    # === WHO SEES WHAT === #

    def test_clients_read_no_proposal(self):
        for record in (self.env.company, self.tag, self.service.product_tmpl_id):
            record.invalidate_recordset()
            with self.assertRaises(AccessError):
                record.with_user(self.portal_user).read(["lifecycle_id"])

    def test_settings(self):
        admin = new_test_user(self.env, "lc_admin", "base.group_system,project.group_project_manager")
        form = Form(self.env(user=admin.id, context={})["res.config.settings"])
        self.assertEqual(form.lifecycle_id, self.of_company)
        form.lifecycle_id = self.of_tag
        form.save().execute()
        self.assertEqual(self.env.company.lifecycle_id, self.of_tag)

    def test_a_lifecycle_that_is_only_proposed_may_go(self):
        self.of_tag.unlink()
        self.assertFalse(self.tag.lifecycle_id)
