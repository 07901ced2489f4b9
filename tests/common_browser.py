from odoo.tests import HttpCase


class TourCase(HttpCase):
    """Tours whose steps are patient (``static/tests/tours/patient.js``), so the whole of them has to be as well."""

    def start_tour(self, url_path, tour_name, timeout=300, **kwargs):
        return super().start_tour(url_path, tour_name, timeout=timeout, **kwargs)
