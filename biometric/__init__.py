"""Bodies into templates and scores: camera, vision process, sensor, matchers. Decides nothing about a customer."""
