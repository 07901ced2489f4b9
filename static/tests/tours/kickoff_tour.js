import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A consultant plans two sessions with the client, records what was agreed in them and takes the project over. Written for the project of tests/common_kickoff.py, with
// the first session held and planned for yesterday.
registry.category("web_tour.tours").add("project_lifecycle_kickoff", {
    steps: () => patient([
        {
            content: "Open the page of the kick-off",
            trigger: ".o_notebook_headers .nav-link:contains('Kick-off')",
            run: "click",
        },
        {
            content: "The meter and the sections are there",
            trigger: "div[name='kickoff_progress']:contains('Life of the project')",
        },
        {
            content: "The first session took place: say so",
            trigger: ".o_lifecycle_sessions .o_data_row:contains('Session kickoff') button[name='action_session_held']",
            run: "click",
        },
        {
            content: "It was held",
            trigger: ".o_lifecycle_sessions:not(:has(button[name='action_session_held']:visible))",
        },
        {
            content: "A point was explained and agreed in it",
            trigger:
                ".o_lifecycle_kickoff_points .o_data_row:contains('Way of working agreed') button[name='action_explained_and_agreed']",
            run: "click",
        },
        {
            content: "It shows who agreed",
            trigger: ".o_lifecycle_kickoff_points .o_data_row:contains('Way of working agreed'):contains('Client Inc.')",
        },
        {
            content: "Another one is to be discussed: open it",
            trigger: ".o_lifecycle_kickoff_points .o_data_row:contains('Every minute is logged') button[name='action_open']",
            run: "click",
        },
        {
            trigger: ".modal div[name='agreement'] .o_radio_item:contains('To discuss') input",
            run: "click",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "So there is a second session",
            trigger:
                "body:not(:has(.modal)):has(.o_lifecycle_kickoff_points .o_data_row:contains('To discuss')) button[name='action_plan_session']",
            run: "click",
        },
        {
            content: "It is a follow-up, its agenda the first section",
            trigger: ".modal .o_lifecycle_plan_sections .o_data_row:contains('Methodology') .o_boolean_toggle input",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer button[name='action_plan']:visible",
            run: "click",
        },
        {
            content: "It stands in the list",
            trigger: "body:not(:has(.modal)) .o_lifecycle_sessions .o_data_row:contains('Follow-up: Migration')",
        },
        {
            content: "Now the client agrees",
            trigger:
                ".o_lifecycle_kickoff_points .o_data_row:contains('Every minute is logged') button[name='action_explained_and_agreed']",
            run: "click",
        },
        {
            trigger:
                ".o_lifecycle_kickoff_points .o_data_row:contains('Every minute is logged'):contains('Client Inc.')",
        },
        {
            content: "Conclude: drag to the next stage",
            trigger: ".o_statusbar_status button[data-value]:contains('Delivery')",
            run: "click",
        },
        {
            content: "The dialog asks for the conclusion; without one there is no way through",
            trigger:
                ".modal:not(:has(button[name='action_go']:visible)) div[name='conclusion'] .o_radio_item:contains('Take over') input",
            run: "click",
        },
        {
            trigger: ".modal div[name='statement'] textarea",
            run: "edit Every flow was tried with the standard product",
        },
        {
            trigger: ".modal button[name='action_go']",
            run: "click",
        },
        {
            content: "The project is taken over",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Delivery')",
        },
    ]),
});
