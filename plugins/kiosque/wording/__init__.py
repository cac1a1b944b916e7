"""Words of the current language for what machines give.

Days, numbers, sizes, errors of the system and of libraries.
"""
