import base64
import io

from PIL import Image

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import LockError
from odoo.tools import consteq
from odoo.tools.mail import plaintext2html

from ..exceptions import SignoffRefused
from .project_signoff_event import ATTEMPTS_KEPT, OPENINGS_KEPT

SIGNATURE_BYTES = 1024 * 1024
SIGNATURE_PIXELS = 4000 * 4000
NOTE_CHARACTERS = 10000
NAME_CHARACTERS = 200


class ProjectSignoffAnswerMixin(models.AbstractModel):
    """How the client answers a sign-off: who it is, what was answered, and what follows from it."""

    _name = "project.signoff.answer.mixin"
    _description = "Answer to a Sign-off"

    # === WHO === #

    def _identify(self, token=None):
        """Tell what the current user may do with one sign-off, and how the person is known.

        :param str token: from the link in the mail; may be empty
        :return: ``answer`` or ``read``, and ``login``, ``link`` or ``us``
        :raises SignoffRefused: if the person may not see it
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        user = self.env.user
        signoff = self.sudo()
        if not user._is_public():
            is_asked = user.partner_id == signoff.partner_id and user.share
            if is_asked and signoff._is_addressee_present():
                return "answer", "login"
            if user._is_internal() and self.sudo(False).has_access("read"):
                return "read", "us"
            if (is_asked or not token) and signoff._is_readable_by_client(user.partner_id):
                return "read", "login"
            if is_asked:
                signoff._check_addressee()
        signoff._check_token(token)
        if not user._is_public():
            raise SignoffRefused(
                self.env._("You are logged in as somebody else than the person who was asked."), "person"
            )
        signoff._check_addressee()
        return "answer", "link"

    def _is_readable_by_client(self, partner):
        """Tell whether somebody of the client other than the addressee may read one sign-off: override to allow more.

        The SPOC may, and whoever else the client's side of the project is open to.

        :param res.partner partner: who is logged in
        :rtype: bool
        """
        self.ensure_one()
        if self.state == "draft":
            return False
        project = self.project_id
        return partner == project.spoc_id or bool(self.env.user.share and project.sudo(False)._get_client_access())

    def _check_token(self, token):
        known = self.access_token
        if not token or not known or self.state == "draft" or not consteq(known.encode(), token.encode()):
            raise SignoffRefused(self.env._("This link is not valid."), "token")
        if self.token_until < fields.Datetime.now():
            raise SignoffRefused(
                self.env._("This link has expired. Log in to your portal, or ask us to send it again."), "expired"
            )

    def _check_addressee(self):
        """Check that who was asked still has the role in which it was asked.

        :raises SignoffRefused: if the SPOC changed, or if the person left the project
        """
        if not self._is_addressee_present():
            raise SignoffRefused(
                self.env._(
                    "This request is not addressed to you any more: another person speaks for the project now."
                ),
                "addressee",
            )

    def _is_addressee_present(self):
        """Tell whether who was asked still speaks for the client of the project, in the same role."""
        self.ensure_one()
        project = self.project_id
        if self.is_for_spoc:
            return self.partner_id == project.spoc_id
        return self.partner_id in self._get_possible_signers(project)

    # === WHAT === #

    def _answer(self, answer, note="", name="", signature=None, token=None):
        """Answer one sign-off as the person who is logged in, or who holds the link.

        :param str answer: ``confirmed``, ``remarks`` or ``refused``
        :param str note: the remarks, or why it is refused
        :param str name: typed name, for the levels that ask for it
        :param str signature: picture in base64, for the level that asks for it
        :param str token: from the link in the mail; may be empty
        :raises SignoffRefused: if it may not be answered so; then nothing of it has changed
        """
        self.ensure_one()
        right, identified_by = self._identify(token)
        if right != "answer":
            raise SignoffRefused(self.env._("Only the person who was asked can answer."), "person")
        signoff = self.sudo()
        signoff._lock_for_answer()
        signoff.with_user(SUPERUSER_ID)._withdraw_outdated()
        signoff._check_waiting()
        values = signoff._prepare_answer(answer, note, name, signature)
        signoff.write(
            {
                **values,
                "state": answer,
                "answered_on": fields.Datetime.now(),
                "answered_by_id": signoff.partner_id.id,
                "identified_by": identified_by,
            }
        )
        self.env["project.signoff.event"]._record(
            signoff, answer, partner_id=signoff.partner_id.id, identified_by=identified_by, note=values["signed_name"]
        )
        signoff._follow_answer()

    def _lock_for_answer(self):
        """Make sure that of two answers at the same moment one counts.

        :raises SignoffRefused: if somebody else answers now
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise SignoffRefused(
                self.env._("Somebody answers this request at this very moment."), "answered"
            ) from error

    def _check_waiting(self):
        if self.state == "withdrawn":
            raise SignoffRefused(self.env._("This request was withdrawn: there is nothing to answer."), "withdrawn")
        if self.state != "sent":
            raise SignoffRefused(self.env._("This request was answered already."), "answered")
        if self._get_checksum() != self.checksum:
            raise SignoffRefused(
                self.env._("This request is not what was sent any more. Please ask us for a new one."), "withdrawn"
            )

    def _prepare_answer(self, answer, note, name, signature):
        """Return what is kept of an answer.

        :raises SignoffRefused: if something is missing, or is not what it should be
        :rtype: dict
        """
        # the database keeps no character of no meaning
        note, name = (text.replace("\x00", "").strip() for text in (note or "", name or ""))
        if answer not in ("confirmed", "remarks", "refused"):
            raise SignoffRefused(self.env._("Choose an answer."), "input")
        if answer == "remarks" and not note:
            raise SignoffRefused(self.env._("Write your remarks."), "input")
        if answer == "refused" and not note:
            raise SignoffRefused(self.env._("Write why you refuse."), "input")
        if len(note) > NOTE_CHARACTERS or len(name) > NAME_CHARACTERS:
            raise SignoffRefused(self.env._("This text is too long."), "input")
        is_confirmed = answer != "refused"
        if is_confirmed and self.level != "click" and not name:
            raise SignoffRefused(self.env._("Write your name."), "input")
        picture = False
        if is_confirmed and self.level == "signature":
            picture = self._check_signature(signature)
        return {
            "answer_note": (note if answer != "confirmed" else "") or False,
            "signed_name": (is_confirmed and self.level != "click" and name) or False,
            "signature": picture,
        }

    def _check_signature(self, signature):
        """Return a signature in base64, if it is a picture of a sensible size.

        :param str signature: PNG in base64, with or without the head of a data URL
        :raises SignoffRefused: if it is none
        :rtype: bytes
        """
        refused = SignoffRefused(self.env._("Draw your signature: what arrived is no picture of one."), "input")
        signature = (signature or "").partition("base64,")[2] or (signature or "")
        if not signature or len(signature) > SIGNATURE_BYTES * 4 // 3 + 4:
            raise refused
        try:
            raw = base64.b64decode(signature, validate=True)
            with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
                width, height = picture.size
                if width * height > SIGNATURE_PIXELS:
                    raise refused
                picture.verify()
            # what is well packed may still be no picture, or one without a stroke
            with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
                is_drawn = picture.convert("RGBA").getchannel("A").getbbox()
        except (ValueError, OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise refused from error
        if not is_drawn:
            raise refused
        return base64.b64encode(raw)

    # === WHAT FOLLOWS === #

    def _follow_answer(self):
        """Let record, criteria and consultant follow the answer to one sign-off."""
        self.ensure_one()
        target = self._get_target()
        target._on_signoff_answered(self)
        self._follow_criteria()
        self._tell_consultant()
        self._seal()

    def _tell_consultant(self):
        """Give the consultant something to do where the client has remarks, or refuses."""
        self.ensure_one()
        consultant = self.project_id.user_id
        if self.state == "confirmed" or not consultant:
            return
        summary = self.env._("The client refuses") if self.state == "refused" else self.env._("The client has remarks")
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=consultant.id,
            summary=summary,
            note=plaintext2html(self.answer_note),
            automated=True,
        )

    def _log_opening(self, identified_by):
        """Write down that one sign-off was opened by its addressee, as long as there are not too many openings."""
        self._log_bounded("opened", OPENINGS_KEPT, partner_id=self.sudo().partner_id.id, identified_by=identified_by)

    def _log_attempt(self, reason):
        """Write down that somebody was refused, as long as there are not too many of these.

        :param str reason: why
        """
        user = self.env.user
        self._log_bounded(
            "attempt",
            ATTEMPTS_KEPT,
            partner_id=False if user._is_public() else user.partner_id.id,
            identified_by="odoo" if user._is_public() else "us" if user._is_internal() else "login",
            note=reason[:200],
        )

    def _log_bounded(self, kind, limit, **values):
        self.ensure_one()
        Event = self.env["project.signoff.event"].sudo()
        if (
            self.sudo().state != "draft"
            and Event.search_count([("signoff_id", "=", self.id), ("kind", "=", kind)], limit=limit) < limit
        ):
            Event._record(self.sudo(), kind, **values)
