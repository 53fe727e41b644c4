"""Reads an export as a data lake does, by listing its files, and prints rows and sums of each table as JSON: read-lake.py duckdb|spark FOLDER"""

import json
import sys


def relations_of_duckdb(folder, tables):
    import duckdb

    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for table, extension, depth in tables:
        path = f"{folder}/{table}/{'*/' if depth else ''}*.{extension}"
        read = "read_parquet" if extension == "parquet" else "read_csv"
        connection.execute(f"create view \"{table}\" as select * from {read}('{path}', hive_partitioning = {str(depth).lower()})")
    return lambda sql: connection.execute(sql).fetchall()


def relations_of_spark(folder, tables):
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    for table, extension, depth in tables:
        spark.read.format(extension).load(f"{folder}/{table}").createOrReplaceTempView(table)
    return lambda sql: [tuple(row) for row in spark.sql(sql.replace('"', "`")).collect()]


engine, folder = sys.argv[1:]
with open(f"{folder}/manifest.json") as file:
    manifest = json.load(file)
tables = [(name, manifest["format"], any(each["month"] for each in table["files"])) for name, table in manifest["tables"].items()]
query = {"duckdb": relations_of_duckdb, "spark": relations_of_spark}[engine](folder, tables)
result = {}
for name, _, _ in tables:
    columns = [column["name"] for column in manifest["tables"][name]["columns"] if column["kind"] in ("int32", "int64")]
    sums = ", ".join(f'sum(cast("{column}" as decimal(38, 0)))' for column in columns)
    rows, *values = query(f'select count(*){", " + sums if sums else ""} from "{name}"')[0]
    result[name] = {"rows": rows, "sums": {column: None if value is None else str(int(value)) for column, value in zip(columns, values)}}
first = query('select cast(min(started_at) as string) from "chat_session_fact"')[0][0]
print(json.dumps({"tables": result, "first": str(first)[:19]}))
