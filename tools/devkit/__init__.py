"""What ./dev needs to set a machine up, run Odoo on it and check the addon. Standard library only."""
