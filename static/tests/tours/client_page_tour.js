import { registry } from "@web/core/registry";
import { patient } from "./patient";

// The SPOC, on a phone, answers a criterion, hands in a file, does not agree with a point, and asks a question. Written for the
// project of tests/common_client.py.
registry.category("web_tour.tours").add("project_lifecycle_client_page", {
    url: "/my",
    steps: () => patient([
        {
            content: "The portal tells that something waits",
            trigger: ".o_portal_index_card a[href='/my/projects/waiting']:contains('3')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Where we are, and what comes next",
            trigger: ".o_lifecycle_client_page dl:contains('Optional'):contains('Last')",
        },
        {
            content: "Nothing is wider than the phone",
            trigger: ".o_lifecycle_client_page",
            run() {
                const width = document.documentElement.scrollWidth;
                if (width > window.innerWidth) {
                    throw new Error(`the page is ${width} px wide, the phone ${window.innerWidth}`);
                }
            },
        },
        {
            content: "Answer",
            trigger: "#needs li:contains('Clean your data') textarea",
            run: "edit All 4,000 lines",
        },
        {
            trigger: "#needs li:contains('Clean your data') button:contains('It is done')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-success:contains('your answer is written down')",
        },
        {
            content: "A program is refused, and what was written stays",
            trigger: "#needs li:contains('Hand in the list') textarea",
            run: "edit Here it is",
        },
        {
            trigger: "#needs li:contains('Hand in the list') input[type='file']",
            run({ anchor }) {
                const files = new DataTransfer();
                files.items.add(new File(["MZ"], "list.exe"));
                anchor.files = files.files;
            },
        },
        {
            trigger: "#needs li:contains('Hand in the list') button:contains('Hand in')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".alert-danger:contains('list.exe is a program')",
        },
        {
            content: "Hand in a document",
            trigger: "#needs li:contains('Hand in the list') input[type='file']",
            run({ anchor }) {
                const text = anchor.form.querySelector("textarea").value;
                if (text.trim() !== "Here it is") {
                    throw new Error(`what was written is gone: ${text}`);
                }
                const files = new DataTransfer();
                files.items.add(new File(["%PDF-1.4\n%%EOF"], "list.pdf"));
                anchor.files = files.files;
            },
        },
        {
            trigger: "#needs li:contains('Hand in the list') button:contains('Hand in')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Not everything is agreed with",
            trigger: "#needs li:contains('Every minute') textarea",
            run: "edit Only what we asked for",
        },
        {
            trigger: "#needs li:contains('Every minute') button:contains('I do not agree')",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Nothing waits any more",
            trigger: "#needs:contains('Nothing at this moment')",
        },
        {
            content: "Ask",
            trigger: "#question",
            run: "edit Who is on call?",
        },
        {
            trigger: ".o_lifecycle_question button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The question has an owner",
            trigger: "#questions li:contains('Who is on call?'):contains('Carla Consultant')",
        },
    ]),
});
