from . import test_checklist
from . import test_gates
from . import test_shipped_lifecycles
from . import test_stages
from . import test_stock_untouched
from . import test_tours
