"""What SQLAlchemy finds in a mart, as JSON. Argument: URL."""

import json
import sys

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

engine = create_engine(sys.argv[1].replace("postgres://", "postgresql+psycopg2://"))
inspector = inspect(engine)
# Without a schema: what the search path of the login leads to.
columns = {column["name"]: column for column in inspector.get_columns("sessions")}


def refusal(statement):
    with engine.begin() as connection:
        try:
            connection.execute(text("set transaction read write"))
            connection.execute(text(statement))
        except DBAPIError as error:
            return str(error.orig).strip()
    return "done"


with engine.connect() as connection:
    rows = connection.execute(text("select count(*), min(started_at) from sessions")).one()

print(
    json.dumps(
        {
            "sessions": rows[0],
            "zone": str(rows[1].tzinfo),
            "time": repr(columns["started_at"]["type"]),
            "description": columns["started_at"]["comment"],
            "table": inspector.get_table_comment("sessions")["text"],
            "joins": sorted(key["constrained_columns"][0] + " -> " + key["referred_table"] for key in inspector.get_foreign_keys("chat_session_fact")),
            "refused": [refusal(statement) for statement in sys.argv[2:]],
        }
    )
)
