"""sql.py DATABASE STATEMENT…: runs the statements one by one, each on its own; prints the last one's rows as JSON."""

import json
import sys

import psycopg2

database, *statements = sys.argv[1:]
connection = psycopg2.connect(dbname=database)
connection.autocommit = True
with connection.cursor() as cursor:
    for statement in statements:
        cursor.execute(statement)
    rows = cursor.fetchall() if cursor.description else []
json.dump(rows, sys.stdout)
