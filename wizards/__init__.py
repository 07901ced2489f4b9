from . import project_gate_wizard
from . import project_gate_wizard_line
from . import project_lifecycle_bring_in
from . import project_lifecycle_pause
from . import project_lifecycle_plan
from . import project_template_create_wizard
from . import project_spoc_change_wizard
from . import project_open_point_close
