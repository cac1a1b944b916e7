"""The pages of the site. Most modules are a part: a pure function ``outputs(hub)`` yields its pages."""
