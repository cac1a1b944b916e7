"""Starting a hub: what a group answers, the geography that it names, and the folder written from both."""

from kiosque.publish.starting.answers import HOSTS, Answers
from kiosque.publish.starting.folder import start
from kiosque.publish.starting.geography import API, Found, Geography, UnreachableError, by_hand

__all__ = ["API", "HOSTS", "Answers", "Found", "Geography", "UnreachableError", "by_hand", "start"]
