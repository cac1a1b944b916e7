"""The set-up of a hub: a new hub from a few answers, the files that run it, and a doctor that examines it."""
