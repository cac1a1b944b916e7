"""Read the dates of feeds. No function here looks at the clock: what a date leaves out isn't filled in."""
