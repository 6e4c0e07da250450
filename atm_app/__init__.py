"""The ground: the ATM itself. Knows no Tk and no SQL, imports none of the wings, keeps no files."""

# As pyproject.toml has it; a test compares them.
__version__ = "0.1.0"
