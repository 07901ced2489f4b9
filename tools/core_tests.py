"""Odoo's command line, on which the tests marked at_install run with those marked post_install.

Odoo runs an at_install test as soon as the module it belongs to is loaded, so before the modules that extend it.
Here all of them see every installed module.
"""

from odoo.cli import main
from odoo.tests import loader
from odoo.tests.suite import OdooSuite

make_suite = loader.make_suite


def make_suite_at_the_end(module_names, position="at_install"):
    if position == "at_install":
        return OdooSuite([])
    tests = [test for each in ("at_install", "post_install") for test in make_suite(module_names, each)]
    return OdooSuite(sorted(tests, key=lambda test: getattr(test, "test_sequence", 0)))


if __name__ == "__main__":
    loader.make_suite = make_suite_at_the_end
    main()
