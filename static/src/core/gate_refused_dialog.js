import { Component, onMounted, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { WarningDialog } from "@web/core/errors/error_dialogs";

/** What a user reads when several projects may not go forward: which, and what is open. */
class GateRefusedMessage extends WarningDialog {
    inferTitle() {
        return _t("The gate is closed");
    }
}

/**
 * A project that may not go where it was dragged, clicked or edited to: the gate dialog opens, there the way is open to answer, waive or give
 * a reason. Several projects at once get the list of what is missing.
 */
export class GateRefusedDialog extends Component {
    static components = { GateRefusedMessage };
    static props = WarningDialog.props;
    static template = xml`<GateRefusedMessage t-if="!isOne" t-props="props"/>`;

    setup() {
        const { project_ids, to_stage_id } = this.props.data?.context || {};
        this.isOne = project_ids?.length === 1 && Boolean(to_stage_id);
        // this dialog makes room for the other one: what is awaited must outlive it
        const { action, orm } = this.env.services;
        onMounted(async () => {
            if (this.isOne) {
                this.props.close();
                action.doAction(
                    await orm.call("project.project", "action_open_gate", [project_ids, to_stage_id]),
                    // whatever asked for the move knows nothing of what was decided here
                    { onClose: () => action.doAction("soft_reload") }
                );
            }
        });
    }
}

registry
    .category("error_dialogs")
    .add("odoo.addons.project_lifecycle.exceptions.GateRefused", GateRefusedDialog);
