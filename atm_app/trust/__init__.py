"""Keys, encryption, hashing and the audit chain. Pure: reads no file, opens no connection."""
