"""The kinds of hosts: a folder, FTP, SFTP, rsync, WebDAV, object storage and a branch of git.

``opening`` loads the module of a target's kind.
"""
