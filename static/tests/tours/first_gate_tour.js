import { registry } from "@web/core/registry";
import { patient, waitForQuiet } from "./patient";

// A consultant is stopped at the gate, reads the guidance, ticks what blocks, passes, goes back for a reason and passes again. Written for the lifecycle of tests/common.py.
registry.category("web_tour.tours").add("project_lifecycle_first_gate", {
    steps: () => patient([
        {
            content: "The checklist of the stage is there",
            trigger: ".o_lifecycle_checklist .o_data_row:contains('First must a')",
        },
        {
            content: "Try to move on",
            trigger: ".o_statusbar_status button[data-value]:contains('Second')",
            run: "click",
        },
        {
            content: "The gate dialog opens: what is missing comes first",
            trigger: ".modal .o_lifecycle_gate_lines .o_data_row:first:contains('First must a')",
        },
        {
            content: "There is no way through yet",
            trigger: ".modal:not(:has(button[name='action_go']:visible)) button[name='action_save']",
        },
        {
            content: "Not now",
            trigger: ".modal .modal-footer button:contains('Cancel')",
            run: "click",
        },
        {
            content: "The project stays in its stage",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('First')",
        },
        {
            content: "The guidance is one click away",
            trigger: "body:not(:has(.modal)) button[name='action_open_stage_guidance']",
            run: "click",
        },
        {
            content: "It tells the aim of the stage",
            trigger: ".modal .o_lifecycle_guidance:contains('Know the client')",
        },
        {
            content: "Close it: the page beneath is read again",
            trigger: ".modal .btn-close",
            async run({ click }) {
                await click();
                await waitForQuiet();
            },
        },
        {
            content: "Tick the first point",
            trigger:
                "body:not(:has(.modal)) .o_lifecycle_checklist .o_data_row:contains('First must a') button[name='action_tick']",
            run: "click",
        },
        {
            content: "Tick the second point",
            trigger:
                ".o_lifecycle_checklist:has(.o_data_row:contains('First must a') button[name='action_untick']) .o_data_row:contains('First must b') button[name='action_tick']",
            run: "click",
        },
        {
            content: "The gate is open",
            trigger: "div[name='lifecycle_readiness'] .badge:visible:contains('Gate open')",
        },
        {
            content: "Move on",
            trigger: ".o_statusbar_status button[data-value]:contains('Second')",
            run: "click",
        },
        {
            content: "The project stands in the second stage, with its checklist",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Second')",
        },
        {
            trigger: ".o_lifecycle_checklist .o_data_row:contains('Second must a')",
        },
        {
            content: "Back to the first stage, by the stage bar: that needs a reason",
            trigger: ".o_statusbar_status button[data-value]:contains('First')",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal div[name='reason'] textarea",
            run: "edit The client changed its mind",
        },
        {
            content: "Go back",
            trigger: ".modal button[name='action_back']",
            run: "click",
        },
        {
            content: "The project stands in the first stage again, and the decision is kept",
            trigger:
                "body:not(:has(.modal)):has(.o_statusbar_status .o_arrow_button_current:contains('First')) [name='gate_decision_ids'] .o_data_row:contains('The client changed its mind')",
        },
        {
            content: "Next gate",
            trigger: "button[name='action_open_gate']",
            run: "click",
        },
        {
            content: "All is met: pass it from the dialog",
            trigger: ".modal button[name='action_go']",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Second')",
        },
    ]),
});
