"""Watching the machine: what it tells of itself, and when staff are told."""
