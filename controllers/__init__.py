from . import portal
from . import portal_client
from . import portal_reports
from . import portal_signoff
from . import portal_signoff_list
