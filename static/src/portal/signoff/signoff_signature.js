import { onMounted } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SignatureForm } from "@portal/signature_form/signature_form";

/**
 * Odoo's signature form that hands name and drawing over to the form of the page, which asks for remarks as well.
 */
export class SignoffSignature extends SignatureForm {
    setup() {
        super.setup();
        // Odoo's link that takes the drawing away is a picture alone
        onMounted(() => {
            for (const link of this.rootRef.el.querySelectorAll("a.fa-trash")) {
                link.setAttribute("aria-label", _t("Clear"));
            }
        });
    }

    onClickSubmit() {
        const form = document.getElementById(this.props.formId);
        form.elements.name.value = this.signature.name;
        form.elements.signature.value = this.signature.getSignatureImage().split(",")[1];
        form.requestSubmit();
    }
}

registry.category("public_components").add("project_lifecycle.signoff_signature", SignoffSignature);
