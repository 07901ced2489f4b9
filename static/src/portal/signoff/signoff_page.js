import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/**
 * Tells the server once that a person has opened a sign-off: programs that check the links of mails run no scripts.
 */
export class SignoffPage extends Interaction {
    static selector = ".o_lifecycle_signoff[data-opened-url]";

    start() {
        const body = new FormData();
        body.append("csrf_token", odoo.csrf_token);
        body.append("access_token", this.el.dataset.accessToken || "");
        fetch(this.el.dataset.openedUrl, { method: "POST", body, keepalive: true });
    }
}

registry.category("public.interactions").add("project_lifecycle.signoff_page", SignoffPage);
