from . import handover
from . import moves
