"""The kinds of hosts: ``opening`` loads that of a target: a folder, FTP, SFTP, rsync, a branch of git."""
