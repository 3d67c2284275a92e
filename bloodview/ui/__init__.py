"""The window, the only room with Qt. May import workflows, review, slides, models.{store,card,api}, core."""
