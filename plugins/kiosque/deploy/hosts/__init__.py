"""The kinds of hosts: a folder, FTP, SFTP, rsync and a branch of git.

``opening`` loads the module of a target's kind.
"""
