"""Starting a hub: what a group answers, the geography that it names, and the folder written from both."""

from kiosque.setup.new_hub.folder import start
from kiosque.setup.new_hub.geography import API, Found, Geography, UnreachableError, by_hand
from kiosque.setup.new_hub.hub_answers import HOSTS, Answers

__all__ = ["API", "HOSTS", "Answers", "Found", "Geography", "UnreachableError", "by_hand", "start"]
