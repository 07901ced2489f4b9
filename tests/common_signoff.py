import base64
import io

from PIL import Image

from .common import LifecycleCommon


def get_drawing(size=(200, 80), color=(0, 0, 90, 255)):
    """Return a PNG as the browser sends what was drawn, in base64."""
    picture = io.BytesIO()
    Image.new("RGBA", size, color).save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode()


def sign(project, kind, consultant):
    """Ask for a sign-off as the consultant does, and confirm it as whoever has the link in the mail."""
    env = project.env(user=consultant)
    signoff = env["project.signoff"]._request(project.with_env(env), kind.code, content="<p>As agreed</p>")
    signoff.with_user(env.ref("base.public_user"))._answer(
        "confirmed", name="The client", signature=get_drawing(), token=signoff.sudo().access_token
    )
    return signoff


class SignoffCommon(LifecycleCommon):
    """The short project with its SPOC, who has a mail address, and a way to ask for things."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spoc = cls.portal_user.partner_id
        cls.spoc.write({"email": "sofia@client.example", "parent_id": cls.client_company.id})
        cls.project.spoc_id = cls.spoc
        cls.kind = cls.env.ref("project_lifecycle.signoff_kind_requirements")
        cls.kind.level = "click"

    @classmethod
    def ask(cls, kind="requirements", content="<p>Ten users at once</p>", user=None, project=None, **options):
        """Ask the SPOC, as the consultant does."""
        Signoff = cls.env["project.signoff"].with_user(user or cls.consultant)
        project = (project or cls.project).with_user(user or cls.consultant)
        return Signoff._request(project, kind, content=content, **options)

    @classmethod
    def answer(cls, signoff, answer="confirmed", note="", user=None, **options):
        """Answer as the SPOC does after the login."""
        signoff.with_user(user or cls.portal_user)._answer(answer, note, **options)

    def run_cron(self):
        """Run the daily job that reminds signers."""
        with self.enter_registry_test_mode():
            self.env.ref("project_lifecycle.ir_cron_signoff").method_direct_trigger()

    @classmethod
    def add_criterion(cls, kind="requirements", stage=None, **values):
        """Add a criterion to the lifecycle that asks for a sign-off; return its copy on the project."""
        template = cls.env["project.checklist.template"].create(
            {
                "name": "The client has signed",
                "stage_id": (stage or cls.first).id,
                "kind": "signoff",
                "signoff_kind_id": cls.env.ref(f"project_lifecycle.signoff_kind_{kind}").id,
                "is_blocking": True,
                **values,
            }
        )
        return template.item_ids.filtered(lambda item: item.project_id == cls.project)
