import { registry } from "@web/core/registry";
import { formatInteger } from "@web/views/fields/formatters";
import { progressBarField, ProgressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

export class PackProgressBarField extends ProgressBarField {
    get progressBarColorClass() {
        if (this.currentValue >= 99.995) {
            return "bg-danger";
        }
        return this.currentValue < 80 ? "bg-success" : "bg-warning";
    }

    formatCurrentValue() {
        return formatInteger(Math.round(this.currentValue));
    }
}

export const packProgressBarField = {
    ...progressBarField,
    component: PackProgressBarField,
};

registry.category("fields").add("pack_progressbar", packProgressBarField);
