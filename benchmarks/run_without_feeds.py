"""``kiosque`` with lists that have neither feeds nor podcasts: what is left of a build's time is not
theirs.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator

from kiosque.cli import main
from kiosque.site.output.wanted import Output
from kiosque.site.pages import listing


def _nothing(*_what: object) -> Iterator[Output]:
    return iter(())


if __name__ == "__main__":
    gc.disable()
    listing.feeds = _nothing
    listing.Podcast.outputs = _nothing  # type: ignore[method-assign]  # that is what it is for
    main()
