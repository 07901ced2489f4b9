"""Entry point of ./dev; the work is done by the modules of tools/devkit."""

import sys

from devkit.cli import main

if __name__ == "__main__":
    sys.exit(main())
