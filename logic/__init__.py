from . import gate_move
from . import moves
from . import wording
