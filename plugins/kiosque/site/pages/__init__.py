"""The pages of the site: each module is a part, ``outputs(hub)``, a pure function to what it wants."""
