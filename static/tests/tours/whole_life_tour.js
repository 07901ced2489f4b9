import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A project goes from its first gate to its end by the clicks of its people. Written for the lifecycle that tests/test_tours.py makes.
const form = "body:not(:has(.modal)) .o_form_view";
const line = (name) => `.modal .o_lifecycle_gate_lines .o_data_row:contains('${name}')`;
const current = (stage) => `${form} .o_statusbar_status .o_arrow_button_current:contains('${stage}')`;

/** Leave the cell that was written in: what follows from it is worked out then. */
const leaveCell = { content: "Leave the cell", trigger: ".modal .o_lifecycle_gate_lines thead th[data-name='name']", run: "click" };

/** Answer a line of the gate dialog in its list, like a cell of a sheet. */
function answer(name, choice, reason) {
    const steps = [
        { content: `${name}: ${choice}`, trigger: `${line(name)} td[name='answer']`, run: "click" },
        { trigger: `${line(name)}.o_selected_row td[name='answer'] .o_select_menu_toggler`, run: "click" },
        { trigger: `.o_select_menu_item:contains('${choice}')`, run: "click" },
    ];
    if (reason) {
        steps.push({
            content: "Say why",
            trigger: `${line(name)}.o_selected_row td[name='reason'] input`,
            run: `edit ${reason}`,
        });
    }
    steps.push(leaveCell);
    return steps;
}

function tick(name) {
    const row = `.o_lifecycle_checklist .o_data_row:contains('${name}')`;
    return [
        { content: `Tick ${name}`, trigger: `${form} ${row} button[name='action_tick']`, run: "click" },
        { trigger: `${form} ${row} button[name='action_untick']` },
    ];
}

/** Click a stage in the stage bar. */
function goTo(stage) {
    return {
        content: `To ${stage}, by the stage bar`,
        trigger: `${form} .o_statusbar_status button[data-value]:contains('${stage}')`,
        run: "click",
    };
}

function nextGate() {
    return {
        content: "Next gate",
        trigger: `${form} .o_form_statusbar button[name='action_open_gate']`,
        run: "click",
    };
}

/** Press a button of the dialog and wait for the page beneath it. */
function press(button) {
    return [
        { content: `Press ${button}`, trigger: `.modal .modal-footer button[name='${button}']`, run: "click" },
        { trigger: "body:not(:has(.modal))" },
    ];
}

function why(reason) {
    return { content: "Say why", trigger: ".modal .o_form_view div[name='reason'] textarea", run: `edit ${reason}` };
}

registry.category("web_tour.tours").add("project_lifecycle_whole_life_begins", {
    steps: () => patient([
        {
            content: "Drag the project to its next stage, with everything open",
            trigger:
                ".o_kanban_group:contains('Hand-over') .o_kanban_record:contains('Bakery')",
            run: "drag_and_drop(.o_kanban_group:contains('Building'))",
        },
        {
            content: "The gate dialog opens: what blocks comes first",
            trigger: `${line("Hand-over must a")}:first`,
        },
        {
            content: "There is no way through yet",
            trigger: ".modal:not(:has(button[name='action_go']:visible)) button[name='action_save']",
        },
        ...answer("Hand-over must a", "Met"),
        {
            content: "The evidence: a link",
            trigger: `${line("Hand-over must b")} td[name='link']`,
            run: "click",
        },
        {
            trigger: `${line("Hand-over must b")}.o_selected_row td[name='link'] input`,
            run: "edit https://example.com/order",
        },
        leaveCell,
        { content: "A link is the answer", trigger: `${line("Hand-over must b")} td[name='answer']:contains('Met')` },
        {
            content: "Nothing blocks any more",
            trigger: ".modal div[name='missing_count']:contains('0')",
        },
        ...press("action_go"),
        {
            content: "The card has moved: open it",
            trigger: ".o_kanban_group:contains('Building') .o_kanban_record:contains('Bakery')",
        },
    ]),
});

registry.category("web_tour.tours").add("project_lifecycle_whole_life_builds", {
    steps: () => patient([
        { trigger: current("Building") },
        ...tick("Building must a"),
        nextGate(),
        ...answer("Building must b", "Not applicable", "The client migrates no data"),
        ...press("action_go"),
        { trigger: current("Launch") },
        ...tick("Launch must a"),
        goTo("Care"),
        {
            content: "Refused: one criterion is left",
            trigger: `.modal:not(:has(button[name='action_go']:visible)) .o_lifecycle_gate_lines .o_data_row:first:contains('Launch must b')`,
        },
        ...answer("Launch must b", "Waived", "Nobody has time"),
        {
            content: "Try to waive it",
            trigger: ".modal .modal-footer button[name='action_go']",
            run: "click",
        },
        {
            content: "That is for administrators",
            trigger: ".modal:contains('Only a project administrator waives a criterion')",
        },
        {
            trigger: ".modal:contains('Only a project administrator waives a criterion') .modal-footer button:first",
            run: "click",
        },
        {
            content: "Leave it for now",
            trigger: ".modal .modal-footer button:contains('Cancel')",
            run: "click",
        },
        { trigger: current("Launch") },
    ]),
});

registry.category("web_tour.tours").add("project_lifecycle_whole_life_waives", {
    steps: () => patient([
        { trigger: current("Launch") },
        nextGate(),
        ...answer("Launch must b", "Waived", "The client trains its users itself"),
        ...press("action_save"),
        {
            content: "The gate is open, the project is where it was",
            trigger: `${current("Launch")}`,
        },
        { trigger: `${form} div[name='lifecycle_readiness'] .badge:visible:contains('Gate open')` },
    ]),
});

registry.category("web_tour.tours").add("project_lifecycle_whole_life_ends", {
    steps: () => patient([
        { trigger: current("Launch") },
        goTo("Building"),
        why("The shop comes after the warehouse"),
        ...press("action_next_phase"),
        { trigger: current("Building") },
        {
            content: "The second round asks anew",
            trigger: `${form} .o_lifecycle_checklist .o_data_row:contains('Building must a') button[name='action_tick']`,
        },
        ...tick("Building must a"),
        ...tick("Building must b"),
        goTo("Launch"),
        { trigger: current("Launch") },
        goTo("Building"),
        why("A doubt came up"),
        ...press("action_back"),
        { trigger: current("Building") },
        nextGate(),
        {
            content: "The lifecycle has an exit: choose it",
            trigger: ".modal div[name='exit_id'] input",
            run: "click",
        },
        { trigger: ".o-autocomplete--dropdown-item:contains('Goes on alone')", run: "click" },
        ...answer("Goes on alone: must", "Met"),
        why("The client goes live with its own people"),
        ...press("action_exit"),
        { trigger: current("Care") },
        ...tick("Care must a"),
        ...tick("Care must b"),
        {
            content: "The decisions are kept",
            trigger: `${form} [name='gate_decision_ids'] .o_data_row:contains('The client goes live with its own people')`,
        },
        nextGate(),
        ...press("action_go"),
        { trigger: current("Archive") },
        {
            content: "No gate is ahead any more",
            trigger: `${form}:not(:has(.o_form_statusbar button[name='action_open_gate']:visible))`,
        },
    ]),
});
