"""Deployments: the site goes to a host, and only changed files travel.

``deployment`` runs one deployment, ``plan`` decides what to send and remove (no input or output), ``order``
sorts files so that readers find everything that a page names, ``state`` reads and writes the notes on the
host, ``hosts`` has a module for each kind of host. ``archive_push`` keeps the archive in git. ``ping`` tells
WebSub hubs which feeds changed.
"""
