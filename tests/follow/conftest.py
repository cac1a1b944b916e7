"""The browser and the demonstration hub of the tests of pages."""

from browser.conftest import demonstration, page, served_hub, site  # noqa: F401 - fixtures
