import { patch } from "@web/core/utils/patch";
import { ProjectRightSidePanel } from "@project/components/project_right_side_panel/project_right_side_panel";

const COLORS = { open: "bg-success", low: "bg-warning", used_up: "bg-danger" };

patch(ProjectRightSidePanel.prototype, {
    get panelVisible() {
        return super.panelVisible || this.hasPacks;
    },

    get hasPacks() {
        return Boolean(this.state.data.packs && this.state.data.packs.length);
    },

    packColor(pack) {
        return COLORS[pack.state];
    },

    openPack(pack) {
        return this.actionService.doAction({
            type: "ir.actions.act_window",
            res_model: "project.pack",
            res_id: pack.id,
            views: [[false, "form"]],
        });
    },
});
