import { registry } from "@web/core/registry";
import { patient } from "./patient";

// The client reads the packs of its project, sees what was offered and what waits for its consent, writes down what it learned, takes one line back and asks for the
// statement. Written for the project of tests/common_pack_portal.py.
registry.category("web_tour.tours").add("project_lifecycle_client_packs", {
    url: "/my/projects",
    steps: () => patient([
        {
            content: "Open the packs of the project",
            trigger: "tr:contains('Packed') a:contains('Packs and time')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What is left is told first",
            trigger: "div[name='balance']:contains('08:30'):contains('of 10:00')",
        },
        {
            content: "The bar of the pack",
            trigger: ".o_lifecycle_pack .progress[aria-valuenow='15']",
        },
        {
            content: "Every minute that was deducted, and nothing else",
            trigger: ".o_lifecycle_pack_entries:contains('Stock rules'):not(:contains('A little gift'))",
        },
        {
            content: "What was offered is apart",
            trigger: "#entries a:contains('Offered')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_lifecycle_pack_entries:contains('A little gift')",
        },
        {
            content: "So is what waits for consent",
            trigger: "#entries a:contains('Awaiting')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_lifecycle_pack_entries:contains('Out of scope')",
        },
        {
            content: "Something that is no time",
            trigger: ".o_lifecycle_learning input[name='hours']",
            run: "edit soon",
        },
        {
            trigger: ".o_lifecycle_learning input[name='subject']",
            run: "edit The tutorial on stock",
        },
        {
            trigger: ".o_lifecycle_learning button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page says what is wrong, and keeps what was written",
            trigger: ".alert-danger:contains('1:30')",
        },
        {
            trigger: ".o_lifecycle_learning:has(input[name='subject'][value='The tutorial on stock']) input[name='hours']",
            run: "edit 1:30",
        },
        {
            trigger: ".o_lifecycle_learning button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is written down, beside what was deducted",
            trigger: ".alert-success",
        },
        {
            trigger: "div[name='learning_hours']:contains('01:30')",
        },
        {
            content: "A second line, by mistake",
            trigger: ".o_lifecycle_learning input[name='hours']",
            run: "edit 2",
        },
        {
            trigger: ".o_lifecycle_learning input[name='subject']",
            run: "edit A mistake",
        },
        {
            trigger: ".o_lifecycle_learning button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Take it back",
            trigger: ".o_lifecycle_learnings tr:contains('A mistake') button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The other one stays",
            trigger: ".o_lifecycle_learnings:contains('The tutorial on stock'):not(:contains('A mistake'))",
        },
        {
            content: "The statement is for a period",
            trigger: ".o_lifecycle_statement button",
            run() {
                const form = document.querySelector(".o_lifecycle_statement");
                const data = new URLSearchParams(new FormData(form));
                return fetch(`${form.getAttribute("action")}?${data}`).then((answer) => {
                    if (!answer.ok || answer.headers.get("Content-Type") !== "application/pdf") {
                        throw new Error(`no statement: ${answer.status}`);
                    }
                });
            },
        },
        {
            content: "Back to the project by the breadcrumbs",
            trigger: ".o_portal_submenu a:contains('Packed')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[name='packs']",
        },
    ]),
});
