"""The pages of the site. Most modules are a part, with a pure function ``outputs(hub)`` that yields its pages."""
