"""The browser and the demonstration hub of the tests of pages."""

from browser.conftest import demonstration, page, site  # noqa: F401 - fixtures
