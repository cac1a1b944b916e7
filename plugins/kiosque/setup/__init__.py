"""Setting a hub up: its beginning from a few answers, the files that run it, and what is wrong with its set-up."""
