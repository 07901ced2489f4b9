from . import portal
from . import portal_client
from . import portal_reports
