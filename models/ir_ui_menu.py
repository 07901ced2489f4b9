from odoo import models


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def load_web_menus(self, debug):
        """Open the Project app as ever, on the projects, although *My day* stands first in its menu."""
        menus = super().load_web_menus(debug)
        by_xmlid = {menu["xmlid"]: menu for menu in menus.values()}
        app, my_day = (
            by_xmlid.get(xmlid) for xmlid in ("project.menu_main_pm", "project_lifecycle.project_my_day_menu")
        )
        if app and my_day and app["children"][:1] == [my_day["id"]] and len(app["children"]) > 1:
            second = menus[app["children"][1]]
            while not second["actionID"] and second["children"]:
                second = menus[second["children"][0]]
            app |= {key: second[key] for key in ("actionID", "actionModel", "actionPath")}
        return menus
