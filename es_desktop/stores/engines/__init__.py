"""SQLite files and PostgreSQL servers: opening, locks, files that appear whole, what differs between the two."""
