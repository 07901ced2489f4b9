import json
from pathlib import Path

from openupgradelib import openupgrade
from psycopg2 import sql
from psycopg2.extras import Json

from odoo.tools.convert import convert_file

from odoo.addons.project_lifecycle.upgrade import drop_translations, is_own

ADDON = "project_lifecycle"
# What the stages that ship have now: days to work, % of the effort, days to stale
STAGES = {
    "stage_software_internal_kickoff": (2, 2, 7),
    "stage_software_kickoff": (10, 10, 30),
    "stage_software_implementation": (40, 65, 90),
    "stage_software_go_live": (5, 10, 21),
    "stage_software_progress_review": (2, 3, 14),
    "stage_software_support": (0, 10, 180),
    "stage_rnd_requirements": (10, 8, 30),
    "stage_rnd_feasibility": (15, 10, 45),
    "stage_rnd_agreement": (10, 4, 30),
    "stage_rnd_planning": (5, 5, 21),
    "stage_rnd_development": (60, 48, 120),
    "stage_rnd_testing": (15, 12, 45),
    "stage_rnd_acceptance": (5, 4, 21),
    "stage_rnd_maintenance": (0, 7, 180),
    "stage_rnd_evaluation": (3, 2, 21),
}
TIME_POLICIES = {"stage_software_support": "consent", "stage_software_closed": "closed", "stage_rnd_closed": "closed"}
# Criteria that changed: their wording before, in every language that shipped, which tells whether the firm has made
# them its own, and what they are now. Words are written in English; the update fills in the translations.
CRITERIA = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))
WORDINGS = ("name", "guidance")
# Sentences in the guidance of stages that name the new pages: what they said before, in every language that shipped.
GUIDANCE = json.loads(Path(__file__).with_name("guidance.json").read_text(encoding="utf-8"))


def _ref(env, name):
    return env.ref(f"{ADDON}.{name}", raise_if_not_found=False)


def fill_in_stages(env):
    """Give the stages that ship the plan that new databases have; the fields are new, so nobody has edited them."""
    for name, (days, share, stale) in STAGES.items():
        stage = _ref(env, name)
        if stage:
            stage.write({"usual_duration": days, "effort_share": share, "rotting_threshold_days": stale})
    for name, policy in TIME_POLICIES.items():
        stage = _ref(env, name)
        if stage:
            stage.time_policy = policy
    internal = _ref(env, "stage_software_internal_kickoff")
    if internal:
        internal.client_visible = False


def change_criteria(env):
    """Change criteria as new databases have them, where the firm has left them as they were shipped.

    Open ones on running projects follow; those that were answered stay as they are.
    """
    for name, change in CRITERIA.items():
        criterion = _ref(env, name)
        if not criterion or is_own(criterion, change["before"]):
            continue
        criterion.with_context(lang="en_US").write(change["values"])
        if reworded := [field for field in WORDINGS if field in change["values"]]:
            drop_translations(env, name, criterion, reworded)


def change_guidance(env):
    """Change sentences in the guidance of stages as new databases have them; what the firm has reworded stays."""
    for change in GUIDANCE:
        stage = _ref(env, change["stage"])
        field = env["project.project.stage"]._fields[change["field"]]
        texts = (stage and field._get_stored_translations(stage)) or {}
        before = set(change["before"])
        # the firm's language need not be English
        if not texts or any(before.isdisjoint(field.get_trans_terms(text)) for text in texts.values()):
            continue
        # in other languages it is English for now: the update loads the translations of the new wording
        changed = {
            lang: field.translate(lambda term, it=change, old=before: it["after"] if term in old else None, text)
            for lang, text in texts.items()
        }
        openupgrade.logged_query(
            env.cr,
            sql.SQL("UPDATE project_project_stage SET {} = %s WHERE id = %s").format(sql.Identifier(field.name)),
            (Json(changed), stage.id),
        )
        stage.invalidate_recordset([field.name])


def fill_in_lifecycles(env):
    """Give the lifecycles that ship what the kick-off needs; the fields are new, so nobody has edited them."""
    kickoff = _ref(env, "stage_software_kickoff")
    if kickoff:
        kickoff.has_conclusion = True
    software = _ref(env, "lifecycle_software")
    if software:
        # running projects get their areas with it
        software.covers_areas = True
    if software and _ref(env, "lifecycle_rnd"):
        convert_file(env, ADDON, "data/project_lifecycle_spoc_duties_data.xml", {}, mode="init", noupdate=True)


def hand_over(env):
    """Give projects before implementation that come from an order their hand-over; nobody is told."""
    projects = env["project.project"].search(
        [
            ("lifecycle_id", "!=", False),
            ("is_template", "=", False),
            ("stage_id.purpose", "in", ("intake", "kickoff")),
            ("intake_ids", "=", False),
            "|",
            ("sale_line_id", "!=", False),
            ("reinvoiced_sale_order_id", "!=", False),
        ]
    )
    for project in projects.with_context(mail_activity_automation_skip=True, tracking_disable=True):
        project._create_intake()


def date_stages(env):
    """Date the present stage of each project by its last move; Odoo has filled in the moment of the update."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE project_project project
           SET date_last_stage_update = COALESCE(
                   (SELECT MAX(decision.date)
                      FROM project_gate_decision decision
                     WHERE decision.project_id = project.id
                       AND decision.from_stage_id IS DISTINCT FROM decision.to_stage_id),
                   (SELECT MAX(step.date_start)
                      FROM project_lifecycle_step step
                     WHERE step.project_id = project.id AND step.state = 'current'),
                   project.create_date)
         WHERE project.lifecycle_id IS NOT NULL
        """,
    )
    env["project.project"].invalidate_model(["date_last_stage_update"])


def find_steps_of_time(env):
    """Give time entries the step in which their project stood on their day; what has none stays without."""
    openupgrade.logged_query(
        env.cr,
        """
        UPDATE account_analytic_line line
           SET step_id = found.step_id, pack_use = 'deducted'
          FROM (SELECT DISTINCT ON (entry.id) entry.id AS line_id, step.id AS step_id
                  FROM account_analytic_line entry
                  JOIN project_lifecycle_step step ON step.project_id = entry.project_id
                 WHERE entry.step_id IS NULL
                   AND step.date_start <= entry.date
                   AND (step.date_end IS NULL OR step.date_end >= entry.date)
                 ORDER BY entry.id, step.date_start DESC, step.id DESC) found
         WHERE line.id = found.line_id
        """,
    )
    env["account.analytic.line"].invalidate_model(["step_id", "pack_use"])


def plan_steps(env):
    """Plan the steps of running projects, then work out what the plan decides."""
    everything = env["project.project"].with_context(active_test=False)
    projects = everything.search([("lifecycle_id", "!=", False), ("is_template", "=", False)])
    projects._plan_missing()
    projects._refresh_criteria()


@openupgrade.migrate()
def migrate(env, version):
    fill_in_stages(env)
    change_criteria(env)
    change_guidance(env)
    fill_in_lifecycles(env)
    date_stages(env)
    find_steps_of_time(env)
    hand_over(env)
    plan_steps(env)
