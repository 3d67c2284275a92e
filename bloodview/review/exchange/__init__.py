"""Cells in other people's formats, out of a case and into it: one module a format. May import what review may."""
