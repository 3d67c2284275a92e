"""Many slides on processes of this machine or a Dask cluster. May import workflows and below; must not know a face."""
