import re
from collections import defaultdict
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools.convert import convert_file

from ..logic import chart
from .test_report_publishing import read_pdf

MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|[A-Z][a-z]{2})"
# a day, a month, hours, a percentage, any other number
NUMBER = re.compile(
    rf"\b(?:[1-9]|[12]\d|3[01]) {MONTH}\b(?: \d{{4}})?|\b{MONTH} \d{{4}}|\d+:\d+|[+-]?\d+(?:[.,]\d+)*(?: ?%)?"
)


def numbers(text):
    """Return the numbers of a text as they are printed: ``5 Sep 2026``, ``41:15``, ``50 %``, ``+1``."""
    return {found.group().strip() for found in NUMBER.finditer(text)}


def day(date):
    return f"{date.day} {date:%b %Y}"


def short(date):
    return f"{date.day} {date:%b}"


def clock(hours):
    minutes = round(hours * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def plain(number):
    return f"{round(number, 1):g}"


@tagged("post_install", "-at_install")
class TestReportNumbers(TransactionCase):
    """Each number that the reports of the demo print is looked up in the database, block by block."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("project_lifecycle_demo.xml", "project_lifecycle_reports_demo.xml"):
            convert_file(cls.env, "project_lifecycle", f"demo/{name}", {}, mode="init", noupdate=True)
        cls.project = cls.env.ref("project_lifecycle.project_calder")
        reports = cls.project.report_ids.filtered(lambda it: it.kind == "progress_report")
        cls.before, cls.progress = reports.sorted("id")
        cls.consultant = cls.env.ref("project_lifecycle.user_consultant")
        action = cls.project.with_user(cls.consultant).with_context(report_kind="closing_report").action_new_report()
        cls.closing = cls.env["project.update"].browse(action["res_id"])
        words = dict.fromkeys(("status_reason", "gains", "collaboration"), "<p>Well.</p>")
        (cls.progress | cls.closing).with_user(cls.consultant).write(words)
        cls.today = fields.Date.context_today(cls.project)
        cls.steps = cls.project.step_ids.filtered(
            lambda it: it.stage_id.client_visible and it.stage_id.purpose != "closed" and it.state != "skipped"
        )
        cls.packs = cls.env["project.pack"].search([("project_id", "=", cls.project.id)])
        cls.live = cls.project.phase_ids.filtered(lambda it: it.decision == "go")

    # === WHAT IS PRINTED === #

    def publish(self, report):
        report.with_user(self.consultant).action_publish()
        return report

    def strip_names(self, text):
        """Take out names that have numbers of their own: rounds of stages, orders of packs."""
        names = [*self.steps.mapped("display_name"), *self.packs._get_client_names().values()]
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, " ")
        return text

    def get_printed(self, report):
        """Return the numbers of a report by the code of their block; those of the cover by ``cover``."""
        document = html.fromstring(str(report._render_body()))
        for style in document.findall(".//style"):
            style.drop_tree()
        printed = defaultdict(set)
        for node in document.iter():
            for text, holder in ((node.text, node), (node.tail, node.getparent())):
                if text and holder is not None:
                    printed[self.get_code(holder)] |= numbers(self.strip_names(text))
        return printed

    def get_code(self, node):
        """Return the code of the block in which a node stands, with what may stand on its next page."""
        while node is not None:
            classes = (node.get("class") or "").split()
            if "o_lc_rest" in classes:
                node = node.getprevious()
                continue
            for name in classes:
                if name.startswith("o_lc_block_"):
                    return name.removeprefix("o_lc_block_")
            node = node.getparent()
        return "cover"

    # === WHAT THE DATABASE SAYS === #

    def get_expected(self, report):
        """Return by block the numbers that must be printed, and those that may stand beside a drawing."""
        is_progress = report.kind == "progress_report"
        codes = ["cover", "status", "timeline", "adoption", "gains", "improvements", "collaboration", "packs"]
        codes += ["points"]
        codes += ["changes", "done_next"] if is_progress else ["goals", "hours", "satisfaction"]
        return {code: getattr(self, f"expect_{code}")(report) for code in codes}

    def get_percent(self):
        steps = self.project.step_ids.filtered(lambda it: it.state != "skipped" and it.stage_id.purpose != "closed")
        weights = {step: step.stage_id.effort_share for step in steps}
        done = sum(weight for step, weight in weights.items() if step.state == "done")
        return f"{round(100 * done / sum(weights.values()))} %"

    def get_unreached(self):
        return self.project.milestone_ids.filtered(lambda it: not it.is_reached)

    def get_next_dates(self):
        ahead = self.get_unreached().mapped("deadline")
        ahead += [it.planned_end for it in self.steps if it.state in ("current", "upcoming") and it._takes_time()]
        return sorted(it for it in ahead if it and it >= self.today)[:5]

    def expect_cover(self, report):
        edition = {str(report.number), str(report.version)}
        left = sum(self.packs.mapped("available_hours"))
        highlights = {self.get_percent(), day(self.get_next_dates()[0]), clock(left)}
        return {f"{report.date.day} {report.date:%B %Y}"} | edition | highlights, set()

    def expect_status(self, report):
        trend = report._get_published_before()
        return {self.get_percent()} | {short(it.date) for it in trend} | {f"{it.progress} %" for it in trend}, set()

    def expect_timeline(self, report):
        told = {day(self.today)} | {day(it) for it in self.get_next_dates()}
        for milestone in self.project.milestone_ids:
            told |= {day(it) for it in (milestone.deadline, milestone.reached_date) if it}
        days = [self.today]
        for step in self.steps:
            own = [it for it in (step.planned_start, step.planned_end, step.date_start, step.date_end) if it]
            told |= {short(it) for it in own}
            days += own
            end = step.date_end or (self.today if step.state == "current" else None)
            late = (end - step.planned_end).days if end and step._takes_time() else 0
            if late and (step.state == "done" or late > 0):
                told.add(str(abs(late)))
        return told, self.get_months(min(days), max(days))

    def get_months(self, first, last):
        return {f"{first + timedelta(days=count):%b %Y}" for count in range((last - first).days + 1)}

    def expect_changes(self, report):
        """The night shift, planned since; and who else buys with it."""
        buyers = [self.env.ref(f"project_lifecycle.adoption_calder_{number}").user_count for number in (2, 4)]
        shift = self.env.ref("project_lifecycle.milestone_calder_shift").deadline
        return {str(self.before.number), day(self.before.date), day(shift), *map(str, buyers)}, set()

    def expect_done_next(self, report):
        """The three stages that come next, and all milestones; what should be over has no date any more."""
        coming = self.steps.filtered(lambda it: it.state in ("current", "upcoming"))
        coming = coming.sorted(lambda it: it._get_timeline_order())[:3]
        ahead = [*coming.mapped("planned_end"), *self.get_unreached().mapped("deadline")]
        return {day(it) for it in ahead if it >= self.today}, set()

    def expect_adoption(self, report):
        told = set()
        figures = self.project.adoption_figure_ids.sorted(lambda it: (it.date_to, it.id), reverse=True)
        for latest, *before in figures.grouped("name").values():
            told |= {day(latest.date_from), day(latest.date_to), str(latest.user_count), str(latest.record_count)}
            told |= {str(latest.expected_user_count)}
            told |= {f"{round(100 * latest.user_count / latest.expected_user_count)} %"}
            for field in ("user_count", "record_count") if before else ():
                more = latest[field] - before[0][field]
                told |= {f"{more:+d}"} if more else set()
        return told, set()

    def expect_gains(self, report):
        return {day(it.golive_date) for it in self.live}, set()

    def expect_improvements(self, report):
        return {plain(it.days) for it in self.project.improvement_ids if it.days}, set()

    def get_points(self):
        mine = self.project.open_point_ids.filtered(lambda it: it.partner_id or it.asked_by_id or it.client_question)
        return mine.filtered(lambda it: it.state == "open")

    def expect_collaboration(self, report):
        late = self.get_points().filtered(lambda it: it.partner_id and it.deadline < self.today)
        return {str(len(late))}, set()

    def expect_points(self, report):
        points = self.get_points()
        late = points.filtered(lambda it: it.deadline < self.today)
        return {str(len(points)), str(len(late))} | {day(it.deadline) for it in points}, set()

    def expect_packs(self, report):
        project = self.project
        hours = [
            project.pack_purchased_hours,
            project.pack_used_hours,
            project.pack_remaining_hours,
            project.pack_weekly_hours,
            project.pack_offered_hours,
            *self.packs.mapped("purchased_hours"),
            *(it.purchased_hours - it.remaining_hours for it in self.packs),
            *self.packs.mapped("available_hours"),
        ]
        axis = {plain(it) for it in chart.scale(0, project.pack_purchased_hours)}
        months = self.get_months(min(self.packs.mapped("date")), project.pack_end_date)
        return {clock(it) for it in hours} | {day(project.pack_end_date)}, axis | months

    def expect_goals(self, report):
        told = {day(it.golive_date) for it in self.project.phase_ids if it.golive_date}
        return told | {day(it.reached_date) for it in self.live.milestone_id}, set()

    def expect_hours(self, report):
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT stage_id, work_kind_id, SUM(unit_amount)
              FROM account_analytic_line l JOIN project_lifecycle_step s ON s.id = l.step_id
             WHERE l.pack_id = ANY(%s) AND l.pack_use = 'deducted'
             GROUP BY GROUPING SETS ((stage_id), (work_kind_id), ())
            """,
            [self.packs.ids],
        )
        return {clock(row[2]) for row in self.env.cr.fetchall()}, set()

    def expect_satisfaction(self, report):
        asked = self.project.satisfaction_ids
        answered = asked.filtered("answered_on")
        average = sum(answered.mapped("score")) / len(answered)
        told = {str(len(asked)), str(len(answered)), plain(average), "5"}
        return told | {day(it.answered_on.date()) for it in answered}, set()

    # === TESTS === #

    def compare(self, report):
        printed, expected = self.get_printed(report), self.get_expected(report)
        strays = {
            code: sorted(found - set().union(*expected.get(code, ())))
            for code, found in printed.items()
            if found - set().union(*expected.get(code, ()))
        }
        missing = {code: sorted(told - printed[code]) for code, (told, _beside) in expected.items()}
        missing = {code: found for code, found in missing.items() if found}
        self.assertFalse(strays, f"printed, not in the database: {strays}")
        self.assertFalse(missing, f"in the database, not printed: {missing}")
        return set().union(*printed.values())

    def compare_paper(self, report, told):
        """The paper says nothing else but how many pages it has."""
        pages = read_pdf(report)
        for number, page in enumerate(pages, 1):
            known = told | {str(number), str(len(pages))}
            # what stands side by side in a drawing is one text on paper: the end of one axis and the start of another
            strays = {it for it in numbers(self.strip_names(page)) - known if not set(it.split(" ", 1)) <= known}
            self.assertFalse(strays, f"printed on page {number}, not in the database")

    def test_progress_report(self):
        report = self.publish(self.progress)
        self.compare_paper(report, self.compare(report))

    def test_closing_report(self):
        report = self.publish(self.closing)
        self.compare_paper(report, self.compare(report))

    def test_an_invented_number_is_found(self):
        for code in ("status", "timeline_rest", "adoption", "packs", "points"):
            view = self.env.ref(f"project_lifecycle.report_block_{code}")
            self.env["ir.ui.view"].create(
                {
                    "name": f"Invented in {code}",
                    "type": "qweb",
                    "inherit_id": view.id,
                    "arch": '<xpath expr="(//p|//h3|//table)[last()]" position="after"><p>37 of 1:07 h</p></xpath>',
                }
            )
            found = rf"'{code.removesuffix('_rest')}': \['1:07', '37'\]"
            with self.subTest(code=code), self.assertRaisesRegex(AssertionError, found):
                self.compare(self.progress)
