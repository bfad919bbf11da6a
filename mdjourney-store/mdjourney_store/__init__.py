"""The metadata store: tables, queries, connector and the embedded PostgreSQL."""
