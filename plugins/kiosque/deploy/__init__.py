"""Handing the site to a host: only what changed, in an order in which readers never miss anything.

``deployment`` is the way of a deployment, ``plan`` decides (pure), ``order`` says what goes first, ``state`` is what is
kept on the host, ``hosts`` holds the kinds of it. ``archive_push`` keeps the archive in git, ``ping`` tells WebSub hubs.
"""
