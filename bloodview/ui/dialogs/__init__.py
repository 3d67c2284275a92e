"""Dialogs of the window. May import core and sibling ui modules."""
