from . import test_ticket_project
