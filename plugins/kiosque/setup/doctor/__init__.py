"""What can be wrong with a hub's set-up, each with its mend. Reads only; asks nobody but the hub's own hosts."""

from kiosque.setup.doctor.examine import Examination, examine
from kiosque.setup.doctor.findings import Finding, Level

__all__ = ["Examination", "Finding", "Level", "examine"]
