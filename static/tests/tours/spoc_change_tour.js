import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A consultant replaces the SPOC of a running project by the guided step. Written for the people of tests/test_spoc_change.py.
registry.category("web_tour.tours").add("project_lifecycle_spoc_change", {
    steps: () => patient([
        {
            content: "Open the people of the project",
            trigger: ".o_notebook .nav-link[name='people']",
            run: "click",
        },
        {
            content: "The SPOC is there",
            trigger: ".o_lifecycle_people .o_data_row:contains('Anna')",
        },
        {
            content: "Change the SPOC",
            trigger: "button[name='action_change_spoc']",
            run: "click",
        },
        {
            content: "The cost is told first, and what there is to read",
            trigger: ".modal:has(.alert:contains('costs the project time')) div[name='reading_list']:contains('Second')",
        },
        {
            content: "Choose the new SPOC among the contacts of the customer",
            trigger: ".modal div[name='new_partner_id'] input",
            run: "edit Bruno",
        },
        {
            trigger: ".modal .o-autocomplete--dropdown-item:contains('Bruno'), .o-autocomplete--dropdown-item:contains('Bruno')",
            run: "click",
        },
        {
            content: "How long it holds the project up",
            trigger: ".modal div[name='delay_days'] input",
            run: "edit 3",
        },
        {
            content: "Why",
            trigger: ".modal div[name='reason'] textarea",
            run: "edit Anna has left the firm",
        },
        {
            content: "Change it",
            trigger: ".modal button[name='action_change']",
            run: "click",
        },
        {
            content: "The new SPOC stands on the project, the change is kept and counted",
            trigger:
                "body:not(:has(.modal)):has(div[name='spoc_id']:contains('Bruno')) div[name='spoc_changes'] .o_data_row:contains('Anna has left the firm')",
        },
        {
            trigger: "div[name='spoc'] .badge:contains('1')",
        },
        {
            content: "The former SPOC is still on the list",
            trigger: ".o_lifecycle_people .o_data_row.text-muted:contains('Anna')",
        },
    ]),
});
