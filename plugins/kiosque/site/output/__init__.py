"""What a build wants and how it is written: outputs, the publisher, its processes, copies, the site map."""
