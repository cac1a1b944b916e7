"""From ``content/`` and ``archive/`` to the hub of a build, stage by stage; ``gather`` is the table of contents."""
