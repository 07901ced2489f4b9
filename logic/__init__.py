from . import moves
from . import offsets
