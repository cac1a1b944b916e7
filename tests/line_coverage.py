"""Which lines of Kiosque the tests run: a plugin of pytest, ``-p tests.line_coverage --lines-floor=90``.

SlipCover notes a line the first time that it runs, and costs nothing from then on. coverage.py looks at every
line each time, and the same tests take nearly twice as long. Each process of xdist measures its own. What its
children do isn't seen.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import slipcover

PACKAGE = Path(__file__).parents[1] / "plugins" / "kiosque"
_KEY = "lines"


class Lines:
    """The lines of each file that ran and that didn't, of one process or of all."""

    def __init__(self, floor: float) -> None:
        """Measure nothing yet; ``floor`` is the least share of lines that must run, in percent."""
        self.floor = floor
        self.ran: defaultdict[str, set[int]] = defaultdict(set)
        self.all: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, files: dict[str, Any]) -> None:
        """Add what a process measured."""
        for path, lines in files.items():
            self.ran[path] |= {*lines["executed_lines"]}
            self.all[path] |= {*lines["executed_lines"], *lines["missing_lines"]}

    @property
    def share(self) -> float:
        """The share of lines that ran, in percent."""
        count = sum(map(len, self.all.values()))
        return 100 * sum(map(len, self.ran.values())) / max(1, count)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of xdist measured."""
        self.add(getattr(node, "workeroutput", {}).get(_KEY, {}))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run where too few lines ran."""
        if self.share < self.floor:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print each file with lines that didn't run, and the share of all."""
        terminalreporter.section("lines that no test ran")
        for path in sorted(self.all):
            if missing := sorted(self.all[path] - self.ran[path]):
                terminalreporter.line(f"{path}: {', '.join(map(str, missing))}")
        terminalreporter.line(f"{self.share:.2f} % of the lines ran; the floor is {self.floor:g} %")


class Meter:
    """Measures the lines that run in this process."""

    def __init__(self, config: pytest.Config) -> None:
        """Begin: all modules of Kiosque that are imported from now on are measured."""
        self.config = config
        matcher = slipcover.FileMatcher(sources=[PACKAGE])
        self.measured = slipcover.Slipcover(source=[str(PACKAGE)])
        slipcover.ImportManager(self.measured, matcher).__enter__()

    def pytest_sessionfinish(self) -> None:
        """Hand what was measured to the process that asked."""
        files = self.measured.get_coverage()["files"]
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput[_KEY] = files
        else:
            self.config.pluginmanager.get_plugin(_KEY).add(files)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option for the floor."""
    parser.addoption("--lines-floor", type=float, default=0, help="the least share of lines that run, in %%")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Begin before anything of Kiosque is imported."""
    options = early_config.known_args_namespace
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if not is_worker:
        early_config.pluginmanager.register(Lines(options.lines_floor), _KEY)
    if is_worker or not options.numprocesses:
        early_config.pluginmanager.register(Meter(early_config), "meter")
