from . import test_i18n
from . import test_install_cycle
from . import test_security_questions
from . import test_ticket_portal
from . import test_ticket_pressure
from . import test_ticket_project
from . import test_ticket_time
from . import test_tour_ticket
