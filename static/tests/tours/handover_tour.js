import { registry } from "@web/core/registry";
import { patient } from "./patient";

// A salesperson opens the hand-over from the order, writes what is known and answers a red flag. Written for tests/test_intake.py.
registry.category("web_tour.tours").add("project_lifecycle_handover", {
    steps: () => patient([
        {
            content: "From the order to its hand-over",
            trigger: "button[name='action_open_handover']",
            run: "click",
        },
        {
            content: "The red flags come first",
            trigger: ".o_lifecycle_flags .o_data_row:contains('Fewer days') button[name='action_open_answer']",
        },
        {
            content: "What sales knows about the client",
            trigger: ".o_notebook .nav-link[name='client']",
            run: "click",
        },
        {
            trigger: "div[name='firm'] textarea",
            run: "edit A bakery with four shops",
        },
        {
            content: "Back to the red flags",
            trigger: ".o_notebook .nav-link[name='flags']",
            run: "click",
        },
        {
            content: "Answer the one about the days",
            trigger: ".o_lifecycle_flags .o_data_row:contains('Fewer days') button[name='action_open_answer']",
            run: "click",
        },
        {
            trigger: ".modal div[name='answer'] textarea",
            run: "edit Two shops come later, on an order of their own",
        },
        {
            trigger: ".modal button[name='action_answer']",
            run: "click",
        },
        {
            content: "It is answered, and the answer is kept",
            trigger:
                "body:not(:has(.modal)) .o_lifecycle_flags .o_data_row:contains('Fewer days'):contains('Answered'):contains('Two shops come later')",
        },
    ]),
});
