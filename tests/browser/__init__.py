"""What readers get, looked at in a real browser and with the checkers of the web's own standards."""
