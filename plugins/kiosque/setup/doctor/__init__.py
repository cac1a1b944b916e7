"""The doctor: findings about a hub's set-up, each with its mend.

It changes nothing and asks only the hub's own hosts.
"""

from kiosque.setup.doctor.examine import Examination, examine
from kiosque.setup.doctor.findings import Finding, Level

__all__ = ["Examination", "Finding", "Level", "examine"]
