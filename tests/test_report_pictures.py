import base64
import io
import json

from freezegun import freeze_time
from PIL import Image

from odoo.tests import HttpCase, tagged

from .common_reports import ReportCommon

BRAND, OURS, CLIENTS = "#1b4f72", "#d35400", "#8e44ad"
# of the timeline, and of the burn-down
PLANNED, TODAY = "#d5d9df", "#b3261e"
# draws each page with Odoo's own reader of PDFs: of each colour how many pixels it has, and where their middle is
LOOK = """
(async () => {
    const wanted = %(colours)s;
    const seen = [];
    const pdf = PDFViewerApplication.pdfDocument;
    for (let number = 1; number <= pdf.numPages; number++) {
        const page = await pdf.getPage(number);
        const viewport = page.getViewport({scale: 2});
        const canvas = document.createElement("canvas");
        const [width, height] = [Math.round(viewport.width), Math.round(viewport.height)];
        Object.assign(canvas, {width, height});
        const canvasContext = canvas.getContext("2d");
        await page.render({canvasContext, viewport}).promise;
        const {data} = canvasContext.getImageData(0, 0, width, height);
        const found = {ink: 0, margin: 0, colours: {}};
        for (let at = 0; at < data.length; at += 4) {
            const x = (at / 4) %% width;
            const rgb = [data[at], data[at + 1], data[at + 2]];
            if (Math.min(...rgb) < 200) {
                found.ink += 1;
                found.margin += x < 40 || x > width - 40 ? 1 : 0;
            }
            for (const [name, colour] of Object.entries(wanted)) {
                // a thin line between two pixels is half of its colour on both
                const isRed = rgb[0] - rgb[1] > 60 && rgb[0] - rgb[2] > 60;
                if (name === "today" ? isRed : rgb.every((part, index) => Math.abs(part - colour[index]) < 6)) {
                    const told = (found.colours[name] ||= {count: 0, sum: 0});
                    told.count += 1;
                    told.sum += x / width;
                }
            }
        }
        found.ink /= width * height;
        seen.push(found);
    }
    const problems = [];
    const check = (what, holds) => holds || problems.push(what);
    const count = (page, name) => seen[page].colours[name]?.count || 0;
    const middle = (page, name) => seen[page].colours[name].sum / count(page, name);
    const anywhere = (name) => seen.reduce((sum, page, number) => sum + (number ? count(number, name) : 0), 0);
    check("three pages", seen.length === 3);
    seen.forEach((page, number) => {
        check(`page ${number + 1} is written on`, page.ink > 0.005 && page.ink < 0.5);
        check(`page ${number + 1} has margins`, page.margin === 0);
    });
    check("the band of the cover in the colour of the firm", count(0, "brand") > 20000);
    check("both logos", count(0, "ours") > 500 && count(0, "clients") > 500);
    check("each logo on its side", (middle(0, "ours") < middle(0, "clients")) === %(ltr)s);
    check("the plan is drawn", anywhere("planned") > 500);
    check("today is drawn", anywhere("today") > 20);
    check("bars of adoption and progress are drawn", anywhere("brand") > 1500);
    if (problems.length) {
        console.error("The PDF lacks: " + problems.join("; ") + " " + JSON.stringify(seen));
    } else {
        console.log("test successful");
    }
})();
"""


def rgb(colour):
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def logo(colour):
    file = io.BytesIO()
    Image.new("RGB", (160, 60), colour).save(file, "PNG")
    return base64.b64encode(file.getvalue())


@tagged("post_install", "-at_install")
class TestReportPictures(HttpCase, ReportCommon):
    """Pages as they are printed: what is drawn is there, in its place, and nothing runs off the paper."""

    def look(self, is_ltr):
        company = self.env.company
        company.write({"logo": logo(OURS), "primary_color": BRAND})
        self.customer.image_1920 = logo(CLIENTS)
        with freeze_time("2026-03-20 12:00:00"):
            self.live()
            report = self.publish()
        self.env.flush_all()
        colours = {"brand": BRAND, "ours": OURS, "clients": CLIENTS, "planned": PLANNED, "today": TODAY}
        self.browser_js(
            f"/web/static/lib/pdfjs/web/viewer.html?file=/web/content/{report.sudo().pdf_id.id}",
            LOOK
            % {
                "colours": json.dumps({name: rgb(colour) for name, colour in colours.items()}),
                "ltr": json.dumps(is_ltr),
            },
            ready="Boolean(window.PDFViewerApplication && PDFViewerApplication.pdfDocument)",
            login="lc_consultant",
        )

    def test_english(self):
        self.look(is_ltr=True)

    def test_hebrew(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.spoc.lang = "he_IL"
        self.look(is_ltr=False)
