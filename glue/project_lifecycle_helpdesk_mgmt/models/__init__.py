from . import helpdesk_ticket
from . import helpdesk_ticket_team
from . import project_pack_consent
from . import project_project
from . import project_ticket_summary
from . import res_company
from . import res_config_settings
