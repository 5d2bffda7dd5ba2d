-- Run once by the Postgres image on an empty volume. Wrapped user keys live in a database of their own.
CREATE DATABASE mfaflow;
CREATE DATABASE mfaflow_keys;
