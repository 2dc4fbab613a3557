"""The one SQLite file: tables, migrations, journal, light reads, machine state."""
