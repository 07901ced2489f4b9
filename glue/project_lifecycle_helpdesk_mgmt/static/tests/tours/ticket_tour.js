import { registry } from "@web/core/registry";
import { patient } from "@project_lifecycle/../tests/tours/patient";

const tours = registry.category("web_tour.tours");

// One ticket, from the form in the portal to consented time on the pack: three people, one after the other. Written for
// the project of tests/common.py.
tours.add("project_lifecycle_ticket_client_writes", {
    url: "/my",
    steps: () => patient([
        {
            content: "Where the project stands",
            trigger: "body",
            run() {
                window.location.href = "/my/projects";
            },
            expectUnloadPage: true,
        },
        {
            trigger: "tr:contains('Packed') a:contains('Where we are')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "A ticket about this project",
            trigger: "a[href*='/new/ticket?project=']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The project is chosen, others are not offered",
            trigger: "select[name='project']:has(option:checked:contains('Packed')):not(:contains('rival'))",
        },
        {
            trigger: "input[name='subject']",
            run: "edit Cost of a kilometre",
        },
        {
            trigger: "input[name='application']",
            run: "edit Fleet",
        },
        {
            trigger: "textarea[name='steps']",
            run: "edit Reports, October, lorry 27",
        },
        {
            trigger: "textarea[name='expected']",
            run: "edit 1.35",
        },
        {
            trigger: "textarea[name='seen']",
            run: "edit 4.10",
        },
        {
            trigger: "textarea[name='description']",
            run: "edit The report is wrong",
        },
        {
            trigger: "form[action='/submitted/ticket'] button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page of the ticket shows what was told",
            trigger: "#card:contains('Lorry 27'), #card:contains('lorry 27')",
        },
        {
            trigger: "div[name='ticket_project']:contains('Packed')",
        },
    ]),
});

tours.add("project_lifecycle_ticket_agent_works", {
    steps: () => patient([
        {
            content: "What support knows of the project",
            trigger: ".o_notebook .nav-link:contains('Project')",
            run: "click",
        },
        {
            trigger: "[name='project_spoc_id']:contains('Sofia Spoc')",
        },
        {
            content: "Ask the consultant, and the client for its time",
            trigger: "button[name='action_ask_consultant']",
            run: "click",
        },
        {
            trigger: ".modal [name='question'] textarea",
            run: "edit Bills or orders?",
        },
        {
            trigger: ".modal [name='hours'] input",
            run: "edit 2:00",
        },
        {
            trigger: ".modal button[name='action_ask']",
            run: "click",
        },
        {
            content: "Own time waits as well",
            trigger: "body:not(:has(.modal)) button[name='action_log_time']",
            run: "click",
        },
        {
            trigger: ".modal [name='hours'] input",
            run: "edit 0:30",
        },
        {
            trigger: ".modal [name='name'] input",
            run: "edit Bills compared",
        },
        {
            trigger: ".modal button[name='action_log']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_notebook .nav-link:contains('Project')",
            run: "click",
        },
        {
            content: "Nothing was taken yet",
            trigger: "[name='task_awaiting_hours']:contains('00:30')",
        },
        {
            trigger: "[name='project_hours_left']:contains('10:00')",
        },
    ]),
});

tours.add("project_lifecycle_ticket_client_agrees", {
    url: "/my",
    steps: () => patient([
        {
            content: "The portal tells that something waits",
            trigger: ".o_portal_index_card a[href='/my/projects/waiting']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#needs a:contains('Read and answer')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "What for, how long, of what",
            trigger: "main:contains('02:00'):contains('10:00')",
        },
        {
            trigger: "#signoff_confirmed",
            run: "click",
        },
        {
            trigger: "#signoff_form button[name='send']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The answer is there",
            trigger: "main:contains('Confirmed')",
            run() {
                window.location.href = "/my/projects";
            },
            expectUnloadPage: true,
        },
        {
            trigger: "tr:contains('Packed') a:contains('Packs and time')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Only now it is taken from the pack",
            trigger: "div[name='balance']:contains('09:30')",
        },
        {
            content: "And the ledger says why",
            trigger: "#consents tr:contains('Cost of a kilometre'):contains('02:00'):contains('00:30')",
        },
    ]),
});
