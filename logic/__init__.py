from . import gate_move
from . import gates
from . import handover
from . import moves
from . import planning
from . import timeline
from . import wording
from . import offsets
