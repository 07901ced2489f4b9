from . import gate_move
from . import moves
