"""The roof: one file a command; wiring plugs wings and devices into the ports."""
