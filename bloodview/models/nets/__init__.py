"""The only room of the app that imports torch and timm. Opened by models.store and by training alone."""
