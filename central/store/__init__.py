"""Where the centre keeps what it knows: SQLAlchemy Core, on SQLite or PostgreSQL."""
