"""Checks of generated/ with other people's tools; ports.toml, read by Python's tomllib, is the truth."""
