from . import project_lifecycle
from . import project_project_stage
from . import project_checklist_template
from . import project_checklist_item
from . import project_project
from . import res_config_settings
