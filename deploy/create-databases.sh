#!/bin/sh
# Run once by the Postgres image, on an empty volume: a role and its databases for each who keeps something here, and
# nobody reads what is another's. Wrapped user keys live in a database of their own.
set -eu

for name in DATABASE_PASSWORD TEMPORAL_DATABASE_PASSWORD; do
  eval "value=\${$name:-}"
  [ -n "$value" ] || { echo "$name is not set" >&2; exit 1; }
done

psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres \
  --set mfaflow_password="$DATABASE_PASSWORD" --set temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE mfaflow LOGIN PASSWORD :'mfaflow_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE mfaflow OWNER mfaflow;
CREATE DATABASE mfaflow_keys OWNER mfaflow;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE mfaflow, mfaflow_keys, temporal, temporal_visibility FROM PUBLIC;
SQL
