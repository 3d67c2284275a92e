"""The slide viewer: picture, cells on it, tools. May import core, slides and sibling ui modules."""
