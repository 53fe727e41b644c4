"""The same mart the usual modern way: dlt copies the rows to the schema raw of the mart, dbt pivots them there into the schema dbt.

It trusts its rows: it judges no session, checks no value, keeps no discard. Runs on BENCH_IDB_URL and BENCH_MART_URL.
"""

import json
import os
import resource
import sys
import tempfile
from pathlib import Path

home = tempfile.TemporaryDirectory()
os.environ |= {"DLT_DATA_DIR": home.name, "RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
# Of the connections of dbt; the same settings as those of by-sql.mjs.
os.environ["PGOPTIONS"] = "-c timezone=UTC -c jit=off -c work_mem=256MB"

import dlt  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402
from dlt.destinations import postgres  # noqa: E402
from dlt.sources.sql_database import sql_table  # noqa: E402
from sqlalchemy import make_url  # noqa: E402

project = Path(__file__).parent


def url_of(variable):
    """Not every driver reads the password file of libpq."""
    url = make_url(os.environ[variable]).set(drivername="postgresql")
    if url.password is not None or "PGPASSFILE" not in os.environ:
        return url
    return url.set(password=Path(os.environ["PGPASSFILE"]).read_text().strip().split(":")[-1])


def copy_rows(idb, mart):
    rows = sql_table(
        idb.set(drivername="postgresql+psycopg2").render_as_string(hide_password=False),
        table="g_userdata_history",
        included_columns=["id", "callid", "keyname", "value"],
        incremental=dlt.sources.incremental("id", range_start="open"),
        # The quickest of its back ends, without the whole table in memory.
        backend="connectorx",
        backend_kwargs={"return_type": "arrow_stream"},
    )
    destination = postgres(mart.render_as_string(hide_password=False))
    pipeline = dlt.pipeline("idb", destination=destination, dataset_name="raw")
    pipeline.run(rows, write_disposition="append", loader_file_format="parquet").raise_on_failed_jobs()


def build_models(mart):
    names = {"PGHOST": mart.host, "PGPORT": mart.port, "PGUSER": mart.username, "PGPASSWORD": mart.password, "PGDATABASE": mart.database}
    os.environ |= {name: str(value or "") for name, value in names.items()}
    keys = json.loads((project / "../../../specs/chat-session.json").read_text())["keys"]
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", home.name, "--log-path", home.name]
    result = dbtRunner().invoke(["--quiet", "run", *map(str, folders), "--vars", json.dumps({"keys": keys})])
    if not result.success:
        sys.exit(1)


mart = url_of("BENCH_MART_URL")
copy_rows(url_of("BENCH_IDB_URL"), mart)
build_models(mart)
if "BENCH_USAGE" in os.environ:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"cpuSeconds": usage.ru_utime + usage.ru_stime, "rssBytes": usage.ru_maxrss * 1024}
    Path(os.environ["BENCH_USAGE"]).write_text(json.dumps(figures))
