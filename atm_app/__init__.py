"""The ground: the ATM itself. Knows no Tk and no SQL, imports none of the wings, keeps no files."""
