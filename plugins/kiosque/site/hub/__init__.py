"""The hub of one build: what lies in ``content/`` and ``archive/``, gathered before anything is written."""
