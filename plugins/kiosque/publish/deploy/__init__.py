"""Handing the site to a host: only what changed, in an order in which readers never miss anything.

``engine`` is the way of a deployment, ``plan`` decides (pure), ``order`` says what goes first, ``state`` is what is kept on
the host, ``hosts`` opens the kinds of it: ``folder``, ``sftp``, ``ftps``, ``rsync``, ``git``.
"""
