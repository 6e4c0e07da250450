"""Money, accounts, cash and receipts. Integer minor units only; nothing here talks to a device or a database."""
