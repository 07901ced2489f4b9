from . import controllers
from . import exceptions
from . import logic
from . import models
from . import wizards
from .hooks import uninstall_hook
