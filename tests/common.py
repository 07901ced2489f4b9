import os
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tests import new_test_user, tagged
from odoo.tools import OrderedSet, config

from odoo.addons.base.tests.common import BaseCommon

STOCK_DB = os.environ.get("PROJECT_LIFECYCLE_STOCK_DB")


@tagged("post_install", "-at_install")
class LifecycleCommon(BaseCommon):
    """A short lifecycle of its own, the people of a project, and one project in its first stage."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = new_test_user(cls.env, "lc_consultant", "project.group_project_user", name="Carla Consultant")
        cls.colleague = new_test_user(cls.env, "lc_colleague", "project.group_project_user", name="Colin Colleague")
        cls.manager = new_test_user(cls.env, "lc_manager", "project.group_project_manager", name="Marta Manager")
        cls.employee = new_test_user(cls.env, "lc_employee", "base.group_user", name="Emil Employee")
        cls.portal_user = new_test_user(cls.env, "lc_spoc", "base.group_portal", name="Sofia Spoc")
        cls.client_company = cls.env["res.partner"].create({"name": "Client Inc.", "is_company": True})
        cls.portal_user.partner_id.parent_id = cls.client_company
        cls.lifecycle = cls.create_lifecycle("Short", ["First", "Second", "Optional", "Last"])
        cls.first, cls.second, cls.optional, cls.last = cls.lifecycle.stage_ids
        cls.optional.is_optional = True
        cls.project = cls.create_project("Migration")

    @classmethod
    def create_lifecycle(cls, name, stage_names):
        """Create a lifecycle: each stage but the last has two blocking checklist points and a free one."""
        points = [("must a", True), ("must b", True), ("may", False)]
        lifecycle = cls.env["project.lifecycle"].create({"name": name})
        for number, stage_name in enumerate(stage_names):
            is_last = number == len(stage_names) - 1
            cls.env["project.project.stage"].create(
                {
                    "name": stage_name,
                    "lifecycle_id": lifecycle.id,
                    "sequence": 2000 + number,
                    "purpose": "closed" if is_last else "other",
                    "fold": is_last,
                    "checklist_template_ids": []
                    if is_last
                    else [
                        (0, 0, {"name": f"{stage_name} {point}", "is_blocking": blocking, "sequence": 10 * (rank + 1)})
                        for rank, (point, blocking) in enumerate(points)
                    ],
                }
            )
        return lifecycle

    @classmethod
    def create_project(cls, name, **values):
        """Create a project of the short lifecycle, managed by the consultant."""
        return cls.env["project.project"].create(
            {
                "name": name,
                "lifecycle_id": cls.lifecycle.id,
                "user_id": cls.consultant.id,
                "partner_id": cls.client_company.id,
                **values,
            }
        )

    @classmethod
    def items_of(cls, project, stage=None):
        """Return the checklist points of a project, of one stage or of all."""
        items = project.sudo().checklist_item_ids
        return items.filtered(lambda item: item.stage_id == stage) if stage else items

    @classmethod
    def open_client_side(cls, project=None):
        """Show a project to its client before its kick-off is over, as it may be in databases of earlier versions."""
        project = (project or cls.project).sudo()
        project.flush_recordset()
        cls.env.cr.execute(
            "UPDATE project_project SET privacy_visibility = 'portal' WHERE id IN %s", [tuple(project.ids)]
        )
        project.invalidate_recordset()

    @classmethod
    def tick_all(cls, project, stage=None, user=None):
        """Answer the points of a stage (the present one by default) as the consultant does."""
        items = cls.items_of(project, stage or project.sudo().stage_id)
        items.with_user(user or cls.consultant).action_tick()


@contextmanager
def stock_odoo(test):
    """Yield the environment of an Odoo with the same addons, ours excepted; what is done in it is rolled back.

    The database is made by ``./dev test``; without it (Odoo's own test runner) the test is skipped.
    """
    if not STOCK_DB:
        test.skipTest("PROJECT_LIFECYCLE_STOCK_DB names no database without the addon")
    # a registry that is loaded now would look for tests to run
    testing, config["test_enable"] = config["test_enable"], False
    try:
        registry = Registry(STOCK_DB)
    finally:
        config["test_enable"] = testing
    cursor = registry.cursor()
    try:
        yield api.Environment(cursor, SUPERUSER_ID, {})
    finally:
        cursor.rollback()
        cursor.close()
        close_db(STOCK_DB)


RUNS = 9


@contextmanager
def environments_kept(env):
    """Keep every environment: each knows its user and companies, which a new one asks the database for.

    Odoo forgets them when Python collects them, so now sooner and now later.
    """
    forgetful = env.transaction.envs
    env.transaction.envs = OrderedSet(forgetful)
    try:
        yield
    finally:
        for kept in env.transaction.envs:
            forgetful.add(kept)
        env.transaction.envs = forgetful


def count_queries(env, scenario):
    """Return how many queries a scenario costs once everything that is remembered between requests is warm.

    Odoo itself now and then spends one query more on the very same act, hence the least of four runs.

    :param scenario: a function of the environment and of a number that differs in each run
    """
    costs = []
    with environments_kept(env):
        for run in range(RUNS):
            env.flush_all()
            env.invalidate_all()
            before = env.cr.sql_log_count
            scenario(env, run)
            env.flush_all()
            costs.append(env.cr.sql_log_count - before)
    # scenarios that do one thing in even and another in odd runs are measured by the even ones
    return min(costs[2::2])
