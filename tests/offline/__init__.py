"""What is read without a network, in a real browser: the server is stopped, and started again at the same
address.
"""
