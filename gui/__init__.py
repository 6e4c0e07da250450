"""Pixels: paints views, turns touches into actions. Decides nothing."""
