import { Component, onWillStart, useState } from "@odoo/owl";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/** What waits for one person today, across the projects. The blocks come from the server (project.my.day), in their order. */
export class MyDay extends Component {
    static components = { Layout };
    static props = { ...standardActionServiceProps };
    static template = "project_lifecycle.MyDay";

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.display = { controlPanel: {} };
        this.state = useState({
            blocks: [],
            isManager: false,
            allProjects: this.props.state?.allProjects || false,
        });
        useSetupAction({ getLocalState: () => ({ allProjects: this.state.allProjects }) });
        this.env.config.setDisplayName(_t("My day"));
        onWillStart(async () => {
            const [isManager] = await Promise.all([
                user.hasGroup("project.group_project_manager"),
                this.load(),
            ]);
            this.state.isManager = isManager;
        });
    }

    get isFree() {
        return !this.filledBlocks.length;
    }

    get filledBlocks() {
        return this.state.blocks.filter((block) => block.count);
    }

    get emptyBlocks() {
        return this.state.blocks.filter((block) => !block.count);
    }

    async load() {
        this.state.blocks = await this.orm.call("project.my.day", "get_blocks", [
            this.state.allProjects,
        ]);
    }

    async toggleAll() {
        this.state.allProjects = !this.state.allProjects;
        await this.load();
    }

    formatDue(row) {
        return formatDate(deserializeDate(row.due));
    }

    async openRow(row) {
        const { res_model, res_id } = row;
        const onClose = () => this.load();
        if (row.action) {
            const action = await this.orm.call(res_model, row.action, [[res_id]]);
            return this.action.doAction(action, { onClose });
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model,
            res_id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    seeAll(block) {
        return this.action.doAction(block.action);
    }
}

registry.category("actions").add("project_lifecycle.my_day", MyDay);
