"""What can be wrong with a head in YAML: faults in plain words, and values that need quotes."""
