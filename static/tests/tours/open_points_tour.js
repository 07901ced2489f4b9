import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A consultant adds a point that blocks the gate, is stopped by it, answers it, and passes; then decides on a business area. Written for the lifecycle of tests/test_open_points.py.
registry.category("web_tour.tours").add("project_lifecycle_open_points", {
    steps: () => patient([
        {
            content: "The gate is open",
            trigger: "div[name='lifecycle_readiness'] .badge:visible:contains('Gate open')",
        },
        {
            content: "The open points of the project",
            trigger: ".o_notebook .nav-link[name='points']",
            run: "click",
        },
        {
            content: "Add one",
            trigger: "button[name='action_add_open_point']",
            run: "click",
        },
        {
            content: "What is open",
            trigger: ".modal div[name='name'] textarea",
            run: "edit Who counts the stock?",
        },
        {
            content: "Owner, deadline and gate are there",
            trigger: ".modal:has(div[name='user_id'] input) div[name='stage_id'] input:value('Intake')",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It stands on the project",
            trigger: "body:not(:has(.modal)) .o_lifecycle_points .o_data_row:contains('Who counts the stock?')",
        },
        {
            content: "It blocks",
            trigger: ".o_notebook .nav-link[name='lifecycle']",
            run: "click",
        },
        {
            trigger: "div[name='lifecycle_readiness'] .badge:visible:contains('Blocking criteria open')",
        },
        {
            trigger: ".o_notebook .nav-link[name='points']",
            run: "click",
        },
        {
            content: "Answer it",
            trigger: ".o_lifecycle_points .o_data_row button[name='action_open_answer']",
            run: "click",
        },
        {
            trigger: ".modal div[name='answer'] textarea",
            run: "edit The warehouse team, each Friday",
        },
        {
            trigger: ".modal button[name='action_answer']",
            run: "click",
        },
        {
            content: "It is answered",
            trigger: "body:not(:has(.modal)) .o_lifecycle_points .o_data_row:contains('Answered')",
        },
        {
            content: "The scope, with its business areas",
            trigger: ".o_notebook .nav-link[name='scope']",
            run: "click",
        },
        {
            content: "One click takes an area in",
            trigger: ".o_lifecycle_areas .o_data_row:contains('Sales') button[name='action_in']",
            run: "click",
        },
        {
            trigger: ".o_lifecycle_areas .o_data_row:contains('Sales'):contains('In scope')",
        },
        {
            content: "Another one is out, for a reason",
            trigger: ".o_lifecycle_areas .o_data_row:contains('Stock') button[name='action_open']",
            run: "click",
        },
        {
            trigger: ".modal div[name='reason'] input",
            run: "edit They hold none",
        },
        {
            trigger: ".modal button[name='action_out']",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_lifecycle_areas .o_data_row:contains('Stock'):contains('They hold none')",
        },
        {
            content: "Move on",
            trigger: ".o_statusbar_status button[data-value]:contains('Kick-off')",
            run: "click",
        },
        {
            content: "The gate let the project pass",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Kick-off')",
        },
    ]),
});
