"""The trainer: its own process and entry (python -m training). May import bloodview.core and bloodview.models only."""
