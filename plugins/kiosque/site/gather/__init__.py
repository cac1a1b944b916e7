"""Makes the hub of a build from ``content/`` and ``archive/``, in stages. Start reading at ``gather.py``."""
