"""Files of other hosts that pages show, fetched into ``.cache/``: pictures, chapters, transcripts."""
