"""The commands without a screen. May import workflows and below; no Qt, heavy imports on demand."""
