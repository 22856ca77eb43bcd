"""The report: an output, or one dump, as a page for a browser.

The page is one file without a script, and needs no network.  `reading` reads an output record by record, `gathering`
collects what the page shows in bounded memory, `sections` makes tables of it, and `page` writes them with Jinja (the
extra `report`).  A new section is one function in `sections.SECTIONS`.
"""
