from openupgradelib import openupgrade


@openupgrade.migrate()
def migrate(env, version):
    """Make the packs of what was sold before there were packs, and leave all time where it is; nobody is told."""
    silent = {"active_test": False, "mail_activity_automation_skip": True, "tracking_disable": True}
    projects = env["project.project"].with_context(**silent).search([("lifecycle_id", "!=", False)])
    projects._keep_entries_off_packs()
    projects.filtered(lambda project: not project.is_template)._create_packs_from_orders()
