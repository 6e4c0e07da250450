"""Dispenser, printer and message channels behind their ports, each with its virtual sibling. Only wiring knows it."""
