#!/bin/sh
# Brings the two databases of the Temporal server to its version. Safe to run again.
set -eu

: "${SQL_HOST:?}" "${SQL_PORT:=5432}" "${SQL_USER:?}" "${SQL_PASSWORD:?}"
: "${TEMPORAL_SCHEMA_FOLDER:=/etc/temporal/schema}"
export SQL_HOST SQL_PORT SQL_USER SQL_PASSWORD SQL_PLUGIN=postgres12

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  folder=${pair#*:}
  SQL_DATABASE=$database temporal-sql-tool setup-schema --version 0.0
  SQL_DATABASE=$database temporal-sql-tool update-schema \
    --schema-dir "$TEMPORAL_SCHEMA_FOLDER/postgresql/v12/$folder/versioned"
done
