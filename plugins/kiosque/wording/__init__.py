"""What machines give, in words of the current language: days, numbers, sizes, errors of libraries."""
