"""Pixels in: pictures, folders and whole slides behind one protocol. May import core; must not know models."""
