import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { WarningDialog } from "@web/core/errors/error_dialogs";

/** What a user reads when a project may not go forward: which project, and what is open. */
export class GateRefusedDialog extends WarningDialog {
    inferTitle() {
        return _t("The gate is closed");
    }
}

registry
    .category("error_dialogs")
    .add("odoo.addons.project_lifecycle.exceptions.GateRefused", GateRefusedDialog);
