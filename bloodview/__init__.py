"""BloodView: review of blood smears; rooms and rules are mapped in README.md."""

__version__ = "0.1.0"
