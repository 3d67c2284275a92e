"""Values and rules. May import numpy and the standard library; must not do I/O but settings, log and file contracts."""
