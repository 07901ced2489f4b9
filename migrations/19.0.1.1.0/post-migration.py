from openupgradelib import openupgrade

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
# Criteria that Odoo works out by now: their code, and the wording that tells whether the firm has made them its own
COMPUTED = {
    "point_rnd_plan_stages": ("plan", "Project plan divided into stages"),
    "point_rnd_plan_milestones": ("milestones", "Milestones set, with dates"),
}
PLAN_GUIDANCE = (
    "Each stage of the plan has a start, an end and an aim. Enter the planned dates on the project.",
    "Each stage of the plan has a start and an end, and the last one ends with the project at the latest. The steps on"
    " the page Lifecycle hold the dates.",
)


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


def compute_criteria(env):
    """Let Odoo work out criteria that were ticked by hand, where the firm has left them as they were shipped."""
    for name, (code, wording) in COMPUTED.items():
        criterion = _ref(env, name)
        criterion = criterion and criterion.with_context(lang="en_US")
        if criterion and (criterion.kind, criterion.name) == ("manual", wording):
            criterion.write({"criterion": code, "kind": "computed"})
    criterion = _ref(env, "point_rnd_plan_stages")
    before, after = PLAN_GUIDANCE
    if criterion and criterion.with_context(lang="en_US").guidance == before:
        criterion.with_context(lang="en_US").guidance = after
        # the update loads those of the new wording
        openupgrade.delete_record_translations(env.cr, ADDON, ["point_rnd_plan_stages"], ["guidance"])


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
    compute_criteria(env)
    date_stages(env)
    find_steps_of_time(env)
    plan_steps(env)
