"""What ODBC finds in a mart, as JSON. Arguments: host, port, database, user, password, statements to be refused."""

import json
import sys

try:
    import pyodbc
except ImportError as error:
    sys.exit(f"missing: {error}")

drivers = [name for name in pyodbc.drivers() if name.startswith("PostgreSQL")]
if not drivers:
    sys.exit("missing: PostgreSQL's ODBC driver (Debian: apt-get install odbc-postgresql)")

host, port, database, user, password = sys.argv[1:6]
driver = next((name for name in drivers if "Unicode" in name), drivers[0])
connection = pyodbc.connect(
    f"Driver={{{driver}}};Server={host};Port={port};Database={database};Uid={user};Pwd={{{password}}};", autocommit=True
)
cursor = connection.cursor()
columns = {row.column_name: row for row in cursor.columns(table="sessions", schema="chat")}
keys = sorted(
    row.fkcolumn_name + " -> " + row.pktable_name for row in cursor.foreignKeys(foreignTable="chat_session_fact", foreignSchema="infomart")
)
count = cursor.execute("select count(*) from sessions").fetchval()


def refusal(statement):
    try:
        cursor.execute("begin read write")
        cursor.execute(statement)
    except pyodbc.Error as error:
        return str(error.args[1])
    finally:
        cursor.execute("rollback")
    return "done"


print(
    json.dumps(
        {
            "sessions": count,
            "time": columns["started_at"].type_name,
            "joins": keys,
            "refused": [refusal(statement) for statement in sys.argv[6:]],
        }
    )
)
