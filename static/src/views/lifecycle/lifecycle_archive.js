import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";
import { listView } from "@web/views/list/list_view";
import { ListController } from "@web/views/list/list_controller";

/** What archiving lifecycles does, for the person who is about to do it. */
function whatArchivingDoes(projectCount) {
    return projectCount
        ? _t(
              "Projects that follow it now: %(count)s. They stay in it and go on to its end, gates included. New projects are not offered it any more.",
              { count: projectCount }
          )
        : _t("No project follows it now. New projects are not offered it any more.");
}

export class LifecycleFormController extends FormController {
    get archiveDialogProps() {
        return {
            ...super.archiveDialogProps,
            title: _t("Archive this lifecycle?"),
            body: whatArchivingDoes(this.model.root.data.project_count),
        };
    }
}

export class LifecycleListController extends ListController {
    get archiveDialogProps() {
        const counts = this.model.root.selection.map((record) => record.data.project_count);
        return {
            ...super.archiveDialogProps,
            title: _t("Archive these lifecycles?"),
            body: whatArchivingDoes(counts.reduce((sum, count) => sum + count, 0)),
        };
    }
}

registry.category("views").add("project_lifecycle_form", { ...formView, Controller: LifecycleFormController });
registry.category("views").add("project_lifecycle_list", { ...listView, Controller: LifecycleListController });
