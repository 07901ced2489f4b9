from . import gates
from . import moves
