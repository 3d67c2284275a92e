"""Pixels to opinions: numpy in, numpy out. May import core; torch only inside nets, opened by the store."""
