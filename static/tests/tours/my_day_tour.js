import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A consultant opens My day and passes a gate that is ready: three clicks. Written for the lifecycle of tests/common.py.
registry.category("web_tour.tours").add("project_lifecycle_my_day", {
    steps: () => patient([
        {
            content: "My day stands first in the menu",
            trigger: ".o_menu_sections > *:first:contains('My day')",
            run: "click",
        },
        {
            content: "The gate of the project is ready: open it",
            trigger:
                ".o_lifecycle_my_day section[name='gates_ready'] .o_lifecycle_my_day_row:contains('Migration')",
            run: "click",
        },
        {
            content: "Pass the gate",
            trigger: ".modal button[name='action_go']",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: "body:not(:has(.modal)) .o_lifecycle_my_day .o_lifecycle_my_day_free",
        },
    ]),
});
