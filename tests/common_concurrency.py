import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

QUIET = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}


class ConcurrencyCase(BaseCase):
    """People who do something at the same moment, on connections of their own, as browsers do.

    What is built is committed, and taken back at the end.
    """

    context = QUIET
    # a test that waits for the other connection has failed; longer where the other one rightly takes its time
    lock_timeout = "5s"

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.act_as_root(self.context) as env:
            self.had_stages = env.ref("project.group_project_stages") in env.ref("base.group_user").all_implied_ids
            self.admin_id = env.ref("base.user_admin").id
            self.user_ids = [SUPERUSER_ID, self.admin_id]
            self.build(env)
        self.addCleanup(self._take_back)
        self.envs = [self.open_environment(user_id) for user_id in self.user_ids]

    def build(self, env):
        """Make what the test is about; another list of ``user_ids`` says who works on it."""
        raise NotImplementedError

    def take_back(self, env):
        """Delete what was built, and all that came of it."""
        raise NotImplementedError

    def _take_back(self):
        with self.act_as_root() as env:
            self.take_back(env)
            if not self.had_stages:
                env["project.lifecycle"]._restore_stage_feature()

    @contextmanager
    def act_as_root(self, context=None):
        """Open the environment of the superuser on one more connection; what is done there is committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, context or {})

    def open_environment(self, user_id):
        """Return the environment of a user on a connection of its own, closed when the test ends."""
        cursor = self.registry.cursor()
        self.addCleanup(cursor.close)
        cursor.execute(f"SET lock_timeout = '{self.lock_timeout}'")
        cursor.commit()
        return api.Environment(cursor, user_id, self.context)

    def start_reading(self, env):
        """Look at what the test is about, where everybody is to see it as it was before the others."""

    def do_together(self, act, refusals=UserError):
        """Let all do the same at once, each tried again as the server does it.

        :param act: called with the environment of each
        :param refusals: the errors that somebody may get; any other one fails the test
        :return: what was returned to those who did it, and the errors of those who were refused
        :rtype: tuple[list, list]
        """
        together = threading.Barrier(len(self.envs), timeout=20)
        done, refused, surprises = [], [], []

        def work(env):
            try:
                self.start_reading(env)
                together.wait()
                done.append(retrying(lambda: act(env), env))
            except refusals as error:
                env.cr.rollback()
                refused.append(error)
            except Exception as error:
                surprises.append(error)

        threads = [threading.Thread(target=work, args=[env]) for env in self.envs]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(120)
        self.assertFalse(surprises)
        self.assertEqual(len(done) + len(refused), len(self.envs), "somebody has not come to an end")
        return done, refused
