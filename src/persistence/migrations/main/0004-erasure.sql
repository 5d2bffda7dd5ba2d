-- Every run of a user's lifecycle that has decided something: Temporal deletes one run at a time, so an erasure has
-- to know them all.
CREATE TABLE lifecycle_runs (
  user_id  text NOT NULL,
  run_id   text NOT NULL,
  began_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, run_id)
);

-- erased: the row is on its way out; it has given up the tenant's id, so that nobody finds it and the id is free.
ALTER TABLE users ADD COLUMN erased boolean NOT NULL DEFAULT false;

-- subject: keyed hash of the tenant's id of the user, so that who asks by the id is answered and who reads the table is not.
CREATE TABLE erasures (
  erasure_id   text PRIMARY KEY,
  tenant_id    text NOT NULL REFERENCES tenants,
  user_id      text NOT NULL UNIQUE,
  subject      bytea NOT NULL,
  status       text NOT NULL CHECK (status IN ('running', 'done')),
  actor        text NOT NULL,
  requested_at timestamptz NOT NULL,
  done_at      timestamptz,
  certificate  jsonb
);
CREATE INDEX erasures_by_subject ON erasures (tenant_id, subject, requested_at DESC);
CREATE INDEX erasures_by_tenant ON erasures (tenant_id, requested_at DESC, erasure_id);
CREATE INDEX erasures_running ON erasures (requested_at) WHERE status = 'running';
