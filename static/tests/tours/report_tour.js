import { registry } from "@web/core/registry";
import { patient, waitForQuiet } from "./patient";

// The consultant writes a report, three texts of which are missing, and publishes it. Written for the project of tests/common_reports.py.
registry.category("web_tour.tours").add("project_lifecycle_report", {
    steps: () => patient([
        {
            content: "The page of reports",
            trigger: ".o_notebook .nav-link[name='reports']",
            run: "click",
        },
        {
            trigger: "button[name='action_new_report']:contains('Progress report')",
            run: "click",
        },
        {
            content: "Why the status is what it is",
            trigger: "div[name='status_reason'] .odoo-editor-editable",
            run: "editor Two people fell ill",
        },
        {
            trigger: "div[name='gains'] .odoo-editor-editable",
            run: "editor Orders leave a day earlier",
        },
        {
            trigger: "div[name='collaboration'] .odoo-editor-editable",
            run: "editor We meet on Tuesdays",
        },
        {
            content: "Blocks are switched",
            trigger: ".o_notebook .nav-link[name='blocks']",
            run: "click",
        },
        {
            trigger: "div[name='section_ids'] tr:contains('Timeline')",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_form_status_indicator .o_form_button_save:visible))",
            // while Odoo makes a PDF in a test, it answers no request but those of the PDF engine
            run: waitForQuiet,
        },
        {
            trigger: "button[name='action_publish']",
            run: "click",
        },
        {
            content: "It cannot be changed any more",
            trigger: ".modal button.btn-primary",
            run: "click",
        },
        {
            trigger: ".alert-info:contains('what the client was told stays')",
        },
        {
            trigger: "button[name='action_correct']",
        },
    ]),
});

// The client reads the report on its page and asks back.
registry.category("web_tour.tours").add("project_lifecycle_report_client", {
    url: "/my/projects",
    steps: () => patient([
        {
            trigger: "tr:contains('Packed') a:contains('Where we are')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#reports .o_lifecycle_reports a.fw-bold:first",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_lc_report:contains('Orders leave a day earlier')",
        },
        {
            trigger: "a[href$='/pdf']:contains('Download the PDF')",
        },
        {
            trigger: ".o_lifecycle_report_question input[name='question']",
            run: "edit Why so late?",
        },
        {
            trigger: ".o_lifecycle_report_question button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#questions:contains('Why so late?')",
        },
        {
            content: "All reports",
            trigger: ".breadcrumb a:contains('Reports')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_lifecycle_reports li",
        },
    ]),
});
