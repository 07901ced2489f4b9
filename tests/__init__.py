from . import test_checklist
from . import test_gates
from . import test_stages
from . import test_stock_untouched
