from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import format_duration


class ProjectPackEntryMoveMixin(models.AbstractModel):
    """Time that is moved to another pack, or off it: who may do so, and what the packs are told of it."""

    _name = "project.pack.entry.move.mixin"
    _description = "Time Entry That Moves Between Packs"

    def _prepare_pack_move(self, vals):
        """Return the values of a move of time between packs: its order line follows its pack, and the other way round.

        :raises AccessError: if the user may not move time
        """
        followed = self.filtered(lambda entry: entry.project_id.sudo().lifecycle_id)
        if not followed:
            return vals
        vals = dict(vals)
        if vals.get("so_line") and "pack_id" not in vals:
            pack = self._get_packs_of_lines([vals["so_line"]]).get(vals["so_line"])
            if pack or followed.pack_id:
                vals["pack_id"] = pack.id if pack else False
        elif "so_line" in vals and "pack_id" not in vals and followed.pack_id:
            vals["pack_id"] = False
        changed = followed.filtered(
            lambda entry: (
                entry.pack_use != vals.get("pack_use", entry.pack_use)
                or entry.pack_id.id != (vals.get("pack_id", entry.pack_id.id) or False)
            )
        )
        if changed and not self.env.su and not self.env.user.has_group("project.group_project_manager"):
            raise AccessError(
                self.env._(
                    "Time of %(project)s was taken from a pack, or kept off it: a project administrator moves it.",
                    project=changed.project_id[0].name,
                )
            )
        if vals.get("pack_id"):
            # worked out from the pack
            vals.pop("so_line", None)
        return vals

    def _log_moves(self, before):
        """Tell on the packs which time was moved, where from, where to and by whom.

        :param dict before: the pack of each entry before the change
        """
        for (old, new), entries in self.grouped(lambda entry: (before[entry], entry.sudo().pack_id)).items():
            if old == new:
                continue
            hours = format_duration(sum(entry._get_hours() for entry in entries))
            for pack in (old | new).sudo():
                pack.message_post(
                    body=self.env._(
                        "%(hours)s h moved from %(old)s to %(new)s by %(user)s.",
                        hours=hours,
                        old=old.sudo().display_name or self.env._("no pack"),
                        new=new.sudo().display_name or self.env._("no pack"),
                        user=self.env.user.name,
                    )
                )

    def _log_uses(self, before):
        """Tell on the packs whose time counts now, or counts no more, and who said so (S2.134).

        :param dict before: the use of each entry before the change
        """
        changed = self.sudo().filtered(lambda entry: entry.pack_id and before[entry] != entry.pack_use)
        labels = dict(self._fields["pack_use"]._description_selection(self.env)) if changed else {}
        groups = changed.grouped(lambda entry: (entry.pack_id, before[entry], entry.pack_use))
        for (pack, old, new), entries in groups.items():
            pack.message_post(
                body=self.env._(
                    "%(hours)s h: %(old)s → %(new)s, by %(user)s.",
                    hours=format_duration(sum(entry._get_hours() for entry in entries)),
                    old=labels.get(old, ""),
                    new=labels.get(new, ""),
                    user=self.env.user.name,
                )
            )
