"""What can be wrong with a hub's set-up, each with its mend. Reads only; asks nobody on the network."""

from kiosque.publish.doctor.examine import Examination, examine
from kiosque.publish.doctor.findings import Finding, Level

__all__ = ["Examination", "Finding", "Level", "examine"]
