"""Measures of an article that a reader would notice: how hard it is to read, and what must not be published."""
