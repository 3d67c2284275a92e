"""Slides and models to cells. May import core, slides, models; must not know the case, reports or Qt."""
