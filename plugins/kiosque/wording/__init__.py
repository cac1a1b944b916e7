"""Words of the current language for what machines give: days, numbers, sizes, errors of the system and of libraries."""
