"""The files that texts name: how links are written, and which file each of them means."""
