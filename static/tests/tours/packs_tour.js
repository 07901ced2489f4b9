import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A consultant logs time over the border of two packs, from the project to the ledgers. Written for the project of tests/test_tour_packs.py: 1 of 5 hours is left in its first
// pack, 10 in the second.
const form = ".o_form_view";
const balance = (time) => `${form} div[name='project_pack_hours']:contains('${time}')`;
const entry = ".o_field_widget[name='timesheet_ids'] .o_selected_row";
const ledger = (row) => `${form} .o_lifecycle_ledger ${row}`;

/** Log time in the list of the page of a task: two clicks, whatever is typed between them. */
function log(name, time) {
    return [
        {
            content: `Log ${name}: a line`,
            trigger: ".o_field_widget[name='timesheet_ids'] .o_field_x2many_list_row_add a",
            run: "click",
        },
        { trigger: `${entry} td[name='name'] input, ${entry} td[name='name'] textarea`, run: `edit ${name}` },
        { trigger: `${entry} td[name='unit_amount'] input`, run: `edit ${time}` },
        { content: "Save it", trigger: `${form} .o_form_button_save`, run: "click" },
        { trigger: `${form} .o_form_saved, ${form}:not(:has(.o_form_button_save:visible))` },
        { trigger: `.o_field_widget[name='timesheet_ids']:not(:has(.o_selected_row)) .o_data_row:contains('${name}')` },
    ];
}

/** Open a pack from the list of the project's. */
function open(pack, words) {
    return [
        { content: `Open pack ${pack}`, trigger: `.o_list_view .o_data_row:eq(${pack}) td[name='name']`, run: "click" },
        { trigger: `${form} .o_lifecycle_ledger:contains('${words}')` },
    ];
}

const back = { content: "One page back", trigger: ".o_control_panel .o_back_button a", run: "click" };

registry.category("web_tour.tours").add("project_lifecycle_packs", {
    steps: () => patient([
        {
            content: "The project tells what is left, before anything is opened",
            trigger: "button[name='action_view_packs']:contains('11:00')",
        },
        { content: "To the tasks of the project", trigger: "button[name='action_view_tasks']", run: "click" },
        { trigger: ".o_kanban_record:contains('Tills of the shops')", run: "click" },
        { content: "First click on the page of the task", trigger: ".nav-link[name='page_timesheets']", run: "click" },
        { content: "What is left stands above the time", trigger: balance("11:00") },
        ...log("Over the border", "3:00"),
        { content: "The entry is whole, the balance exact", trigger: balance("08:00") },
        { trigger: ".o_data_row:contains('Over the border') td[name='unit_amount']:contains('03:00')" },
        ...log("After the border", "1:30"),
        { trigger: balance("06:30") },
        back,
        { trigger: ".o_kanban_view .o_kanban_record:contains('Tills of the shops')" },
        back,
        {
            content: "The project follows: to its packs",
            trigger: "button[name='action_view_packs']:contains('06:30')",
            run: "click",
        },
        { trigger: ".o_list_view .o_data_row:eq(0):contains('Used up')" },
        ...open(0, "Over the border"),
        { content: "More was taken than the pack had", trigger: ledger(".o_ledger_deducted:contains('-02:00')") },
        {
            content: "The second pack pays for it: nothing is left, nothing owed",
            trigger: ledger(".o_ledger_carried_out:contains('Taken from'):contains('02:00'):contains('00:00')"),
        },
        { trigger: `${form} .o_lifecycle_ledger:not(:contains('After the border'))` },
        back,
        ...open(1, "After the border"),
        {
            content: "The line that says what the other pack used too much",
            trigger: ledger(".o_ledger_carried_in:contains('Used beyond'):contains('-02:00'):contains('08:00')"),
        },
        { trigger: ledger(".o_ledger_deducted:contains('After the border'):contains('06:30')") },
        { trigger: `${form} div[name='available_hours']:contains('06:30')` },
    ]),
});
