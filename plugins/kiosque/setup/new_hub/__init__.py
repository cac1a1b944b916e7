"""A new hub: the answers of its group, the communes that they name, and the folder written from both."""

from kiosque.setup.new_hub.folder import write_hub
from kiosque.setup.new_hub.geography import API, Geography, NotAPlaceError, PlaceMatch, UnreachableError
from kiosque.setup.new_hub.hub_answers import HOSTS, HubAnswers

__all__ = [
    "API",
    "HOSTS",
    "Geography",
    "HubAnswers",
    "NotAPlaceError",
    "PlaceMatch",
    "UnreachableError",
    "write_hub",
]
