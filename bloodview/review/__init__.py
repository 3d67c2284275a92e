"""The case file and its commands, the only room with SQL. May import core, slides, models; must not know Qt."""
