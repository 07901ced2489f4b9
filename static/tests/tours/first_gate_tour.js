import { registry } from "@web/core/registry";

// A consultant is refused at the gate, reads the guidance, ticks what blocks, and passes. Written for the lifecycle of tests/common.py.
registry.category("web_tour.tours").add("project_lifecycle_first_gate", {
    steps: () => [
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
            content: "The gate is closed, and says why",
            trigger: ".modal:contains('2 blocking points are open'):contains('First must a')",
        },
        {
            content: "Understood",
            trigger: ".modal .modal-footer .btn-primary",
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
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
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
    ],
});
