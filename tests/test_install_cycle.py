import contextlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import psycopg2
from psycopg2 import sql

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, tagged
from odoo.tools import config

from .common import STOCK_DB

VERSIONS = Path(__file__).parent / "versions"
BEFORE = "19.0.1.0.0"

IN_THE_VERSION_BEFORE = """
Project = env["project.project"]
lifecycle = env.ref("project_lifecycle.lifecycle_software")
group = env.ref("project.group_project_stages")
assert group not in env.ref("base.group_user").all_implied_ids, "installing alone switched project stages on"
running = Project.create({"name": "Running", "lifecycle_id": lifecycle.id})
closed = Project.create({"name": "Closed", "lifecycle_id": lifecycle.id})
closed._bring_in(lifecycle, lifecycle.stage_ids[-1], "ran before")
own = env["project.lifecycle"].create({"name": "Own"})
stage = env["project.project.stage"].create({"name": "Own stage", "lifecycle_id": own.id, "purpose": "other"})
Project.create({"name": "Own project", "lifecycle_id": own.id})
assert group in env.ref("base.group_user").all_implied_ids
edited = lifecycle.stage_ids[0]
edited.guidance_aim = "Edited by the firm"
edited.checklist_template_ids[0].name = "Edited point"
env.cr.commit()
print("DONE")
"""
AFTER_UPDATE = """
stage = env.ref("project_lifecycle.lifecycle_software").stage_ids[0]
assert stage.guidance_aim == "Edited by the firm", stage.guidance_aim
assert stage.checklist_template_ids[0].name == "Edited point"
assert env["project.project"].search([("name", "=", "Running")]).stage_item_count
env["ir.module.module"].search([("name", "=", "project_lifecycle")]).button_immediate_uninstall()
print("DONE")
"""
AFTER_UNINSTALL = """
Stage = env["project.project.stage"].with_context(active_test=False)
assert "lifecycle_id" not in Stage._fields
assert max(Stage.search([]).mapped("sequence")) < 1000, Stage.search([]).mapped("name")
by_name = {project.name: project for project in env["project.project"].search([])}
assert not by_name["Running"].stage_id.fold and by_name["Running"].stage_id
assert not by_name["Own project"].stage_id.fold and by_name["Own project"].stage_id
assert by_name["Closed"].stage_id.fold
assert env.ref("project.group_project_stages") not in env.ref("base.group_user").all_implied_ids
assert env.ref("project.mt_project_stage_change").hidden
assert env["project.project"].create({"name": "New"}).stage_id == Stage.search([], limit=1)
ours = ["project.lifecycle", "project.checklist.item", "project.gate.decision"]
assert not env["ir.model"].search([("model", "in", ours)])
env["project.project"].get_views([(False, "form"), (False, "kanban"), (False, "list")])
print("DONE")
"""


@tagged("post_install", "-at_install")
class TestInstallCycle(BaseCase):
    """Installing, updating and uninstalling leave a working Odoo: tried with its own commands on a database apart."""

    def setUp(self):
        super().setUp()
        if not STOCK_DB:
            self.skipTest("PROJECT_LIFECYCLE_STOCK_DB names no database to start from")
        self.database = f"{STOCK_DB}_cycle"
        self._sql("DROP DATABASE IF EXISTS {0}", self.database)
        self._sql("CREATE DATABASE {0} TEMPLATE {1}", self.database, STOCK_DB)
        self.addCleanup(self._sql, "DROP DATABASE IF EXISTS {0} WITH (FORCE)", self.database)
        filestores = Path(config.filestore(STOCK_DB)).parent
        if (filestores / STOCK_DB).exists():
            shutil.copytree(filestores / STOCK_DB, filestores / self.database, dirs_exist_ok=True)
            self.addCleanup(shutil.rmtree, filestores / self.database, ignore_errors=True)

    def _sql(self, query, *names):
        _db, info = connection_info_for("postgres")
        with contextlib.closing(psycopg2.connect(**info)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(query).format(*(sql.Identifier(name) for name in names)))

    def _version_before(self):
        """Unpack the last version that databases in the field have; return the option that makes Odoo use it."""
        folder = self.enterContext(tempfile.TemporaryDirectory())
        with tarfile.open(VERSIONS / f"{BEFORE}.tar.xz") as archive:
            archive.extractall(folder, filter="data")
        return f"--addons-path={folder}"

    def _odoo(self, *arguments, script=""):
        command = [sys.executable, "-m", "odoo", *arguments, "-c", config["config"], "-d", self.database, "--no-http"]
        done = subprocess.run(
            command,
            input=script,
            text=True,
            capture_output=True,
            timeout=300,
            env=os.environ | {"PGDATABASE": self.database},
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        for line in done.stderr.splitlines():
            self.assertNotRegex(line, r" (ERROR|CRITICAL) ")
        return done.stdout

    def _script(self, script, *arguments):
        self.assertIn("DONE", self._odoo("shell", *arguments, script=script))

    def test_install_update_uninstall(self):
        before = self._version_before()
        self._odoo("-i", "project_lifecycle", "--stop-after-init", before)
        self._script(IN_THE_VERSION_BEFORE, before)
        self._odoo("-u", "project_lifecycle", "--stop-after-init")
        self._script(AFTER_UPDATE)
        self._script(AFTER_UNINSTALL)
