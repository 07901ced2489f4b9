import { registry } from "@web/core/registry";
import { patient } from "./patient";

// The SPOC signs by drawing on a phone, after a refusal without a reason was not let through; refuses another request with a reason.
// Written for the project of tests/common_signoff.py, with one request of the level signature and one of the level click.
registry.category("web_tour.tours").add("project_lifecycle_signoff_sign", {
    steps: () => patient([
        {
            content: "What is signed stands there",
            trigger: ".o_signoff_content:contains('Ten users at once')",
        },
        {
            content: "Nothing to sign with while it is refused",
            trigger: "label[for='signoff_refused']",
            run: "click",
        },
        {
            trigger: ".o_lifecycle_signoff:not(:has(.o_portal_sign_submit:visible)) .o_signoff_refuse:visible",
        },
        {
            trigger: "label[for='signoff_remarks']",
            run: "click",
        },
        {
            trigger: "#signoff_note",
            run: "edit But twelve next year",
        },
        {
            content: "Draw",
            trigger: "canvas.o_web_sign_signature",
            run() {
                const canvas = this.anchor;
                const box = canvas.getBoundingClientRect();
                const at = (type, x, y) =>
                    canvas.dispatchEvent(
                        new PointerEvent(type, {
                            bubbles: true,
                            pointerId: 1,
                            pointerType: "touch",
                            isPrimary: true,
                            button: 0,
                            buttons: type === "pointerup" ? 0 : 1,
                            clientX: box.left + x,
                            clientY: box.top + y,
                        })
                    );
                at("pointerdown", 20, 20);
                for (let x = 20; x < 120; x += 10) {
                    at("pointermove", x, 20 + (x % 30));
                }
                at("pointerup", 120, 30);
            },
        },
        {
            trigger: ".o_portal_sign_submit:enabled",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is confirmed, with the document to take home",
            trigger: ".alert-success",
        },
        {
            trigger: "a[name='signed']",
        },
    ]),
});

registry.category("web_tour.tours").add("project_lifecycle_signoff_refuse", {
    steps: () => patient([
        {
            trigger: "label[for='signoff_refused']",
            run: "click",
        },
        {
            content: "Without a reason it is asked for again",
            trigger: "button[name='send']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-danger:contains('why')",
        },
        {
            trigger: "#signoff_refused:checked",
        },
        {
            trigger: "#signoff_note",
            run: "edit The plan forgets the warehouse",
        },
        {
            trigger: "button[name='send']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-warning:contains('refused')",
        },
    ]),
});
