import { RottingStatusBarDurationField } from "@mail/js/rotting_mixin/rotting_statusbar";
import { getRottingDaysTitle } from "@mail/js/rotting_mixin/rotting_widget";
import { statusBarDurationField } from "@mail/views/fields/statusbar_duration/statusbar_duration_field";
import { Component, onWillRender, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";

class StageBar extends RottingStatusBarDurationField {
    setup() {
        super.setup();
        this.orm = useService("orm");
        // the project moves on while the page is open
        onWillRender(() => {
            const { resModel, data } = this.props.record;
            this.title = getRottingDaysTitle(resModel, data.rotting_days);
        });
    }

    /** A read-only record has no onchange and no save: the stage is written by itself, the server checking who may. */
    async selectItem(item) {
        const { name, record } = this.props;
        if (record.isInEdition) {
            return super.selectItem(item);
        }
        await this.orm.write(record.resModel, [record.resId], { [name]: item.value });
        await record.load();
    }
}

/**
 * Stage bar of a project. The form of a project is read-only to project users; those who lead the project still move its stage. On projects
 * without a lifecycle it is Odoo's own bar.
 */
export class LifecycleStatusBarField extends Component {
    static components = { StageBar };
    static props = RottingStatusBarDurationField.props;
    static template = xml`<StageBar t-props="barProps"/>`;

    get barProps() {
        const { lifecycle_id, can_move_stage } = this.props.record.data;
        return {
            ...this.props,
            isDisabled: this.props.isDisabled && !(lifecycle_id && can_move_stage),
        };
    }
}

export const lifecycleStatusBarField = {
    ...statusBarDurationField,
    component: LifecycleStatusBarField,
    additionalClasses: ["o_field_statusbar_duration"],
    fieldDependencies: [
        ...statusBarDurationField.fieldDependencies,
        { name: "is_rotting", type: "boolean" },
        { name: "rotting_days", type: "integer" },
        { name: "lifecycle_id", type: "many2one" },
        { name: "can_move_stage", type: "boolean" },
    ],
};

registry.category("fields").add("lifecycle_statusbar", lifecycleStatusBarField);
