import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { progressBarField, ProgressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

// by the shares at which the company alerts: of a pack, and of all packs of a project
const COLORS = { low: "bg-warning", used_up: "bg-danger" };

export class PackProgressBarField extends ProgressBarField {
    get progressBarColorClass() {
        const { balance_state, pack_state } = this.props.record.data;
        return COLORS[balance_state || pack_state] || "bg-success";
    }

    formatCurrentValue() {
        return formatInteger(Math.round(this.currentValue));
    }
}

export const packProgressBarField = {
    ...progressBarField,
    component: PackProgressBarField,
    fieldDependencies: ({ name }) => [
        { name: name === "used_share" ? "balance_state" : "pack_state", type: "selection" },
    ],
};

registry.category("fields").add("pack_progressbar", packProgressBarField);
