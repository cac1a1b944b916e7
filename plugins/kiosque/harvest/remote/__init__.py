"""Download the files of other hosts that pages show into ``.cache/``: pictures, chapters, transcripts."""
