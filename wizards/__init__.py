from . import project_conclusion_wizard_mixin
from . import project_gate_wizard
from . import project_gate_wizard_line
from . import project_lifecycle_bring_in
from . import project_lifecycle_pause
from . import project_session_plan
from . import project_session_plan_section
