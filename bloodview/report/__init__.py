"""Differential, cells and provenance to documents. May import core, slides, models; must not know Qt or SQL."""
