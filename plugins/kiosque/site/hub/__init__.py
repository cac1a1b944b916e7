"""The hub of a build: the contents of ``content/`` and ``archive/`` as records for pages."""
