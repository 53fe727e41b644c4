"""What DuckDB finds in a mart through its extension postgres, as JSON. Arguments: connection string, statements to be refused."""

import json
import sys

import duckdb

database = duckdb.connect()
try:
    database.install_extension("postgres")
    database.load_extension("postgres")
except duckdb.Error as error:
    sys.exit(f"missing: DuckDB's extension postgres ({str(error).splitlines()[0]})")

database.execute(f"attach '{sys.argv[1]}' as mart (type postgres)")
columns = dict(database.execute("select column_name, data_type from duckdb_columns() where schema_name = 'chat' and table_name = 'sessions'").fetchall())


def refusal(statement):
    try:
        database.execute(f"call postgres_execute('mart', $${statement}$$)")
    except duckdb.Error as error:
        return str(error)
    return "done"


print(
    json.dumps(
        {
            "sessions": database.execute("select count(*) from mart.chat.sessions").fetchone()[0],
            "time": columns["started_at"],
            "refused": [refusal(statement) for statement in sys.argv[2:]],
        }
    )
)
