import { registry } from "@web/core/registry";
import { patient } from "./patient";

function row(name) {
    return `div[name='told_line_ids'] .o_data_row:contains('${name}')`;
}

function tell(name, note) {
    return [
        { content: `Told: ${name}`, trigger: `${row(name)} td[name='done_on']`, run: "click" },
        { trigger: `${row(name)} td[name='done_on'] input`, run: "edit today" },
        { trigger: `${row(name)} td[name='done_on'] input`, run: "press Tab" },
        { content: "Whom it was told is proposed", trigger: `${row(name)} td[name='partner_id'] input:value(Spoc)` },
        { trigger: `${row(name)} td[name='channel'] input`, run: "click" },
        { trigger: ".o-dropdown--menu .o_select_menu_item:contains('Call')", run: "click" },
        { trigger: `body:not(:has(.o-dropdown--menu)) ${row(name)} td[name='channel'] input:value(Call)` },
        ...(note
            ? [
                  { trigger: `${row(name)} td[name='note'] textarea, ${row(name)} td[name='note'] input`, run: `edit ${note}` },
              ]
            : []),
        { trigger: "div[name='told_line_ids'] thead th[data-name='name']", run: "click" },
        { trigger: `${row(name)}:not(.o_selected_row):contains('Call')` },
    ];
}

// The consultant drags the project to support: the hand-off opens, and asks what the client must be told. Written for tests/common_handoff.py.
registry.category("web_tour.tours").add("project_lifecycle_handoff", {
    steps: () => patient([
        {
            content: "Drag the project to support",
            trigger: ".o_kanban_group:contains('Build') .o_kanban_record:contains('Bakery')",
            run: "drag_and_drop(.o_kanban_group:contains('Support'))",
        },
        {
            content: "The hand-off opens, and says what is missing",
            trigger: "div[name='missing']:contains('Choose the reason')",
        },
        { trigger: "div[name='reason'] input[data-value='done']", run: "click" },
        { trigger: "div[name='justification'] textarea", run: "edit They bake and sell alone" },
        ...tell("On its own with what is in production", "Tills and ovens"),
        ...tell("Hours left stay usable", "Within three days"),
        ...tell("The same consultant is not guaranteed"),
        ...tell("What the support team is"),
        { content: "What the client is going to read", trigger: ".nav-link[name='mail']", run: "click" },
        { trigger: "div[name='mail_preview']" },
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: "div[name='mail_preview']:contains('Tills and ovens')" },
        { trigger: ".o_form_view:not(:has(div[name='missing']:visible))" },
        { trigger: "button[name='action_confirm']", run: "click" },
        { trigger: ".modal .btn-primary", run: "click" },
        {
            content: "It is in support now",
            trigger: ".o_arrow_button_current:contains('In support')",
        },
    ]),
});
