"""The rules, each a look at one thing: heads, bodies, links, pictures, names of files, data files, what is alike or stale."""
