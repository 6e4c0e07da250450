"""Rows: the embedded server, connections, migrations, one DAO a table family."""
