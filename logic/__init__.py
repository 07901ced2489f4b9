from . import moves, planning
