-- Every run of a user's lifecycle that has decided something: Temporal deletes one run at a time, so an erasure has
-- to know them all. asked_at: when an erasure last asked for its deletion, which the server carries out later.
CREATE TABLE lifecycle_runs (
  user_id  text NOT NULL,
  run_id   text NOT NULL,
  began_at timestamptz NOT NULL,
  asked_at timestamptz,
  PRIMARY KEY (user_id, run_id)
);

-- erased: the row is on its way out; it has given up the tenant's id, so that nobody finds it and the id is free.
ALTER TABLE users ADD COLUMN erased boolean NOT NULL DEFAULT false;

-- subject: keyed hash of the tenant's id of the user, so that who asks by the id is answered and who reads the table is not.
-- started_at: when the workflow was last started, or found running. certificate: grows with each step, and is whole once done.
CREATE TABLE erasures (
  erasure_id   text PRIMARY KEY,
  tenant_id    text NOT NULL REFERENCES tenants,
  user_id      text NOT NULL UNIQUE,
  subject      bytea NOT NULL,
  status       text NOT NULL CHECK (status IN ('running', 'done')),
  actor        text NOT NULL,
  requested_at timestamptz NOT NULL,
  started_at   timestamptz,
  done_at      timestamptz,
  certificate  jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX erasures_by_subject ON erasures (tenant_id, subject, requested_at DESC);
CREATE INDEX erasures_by_tenant ON erasures (tenant_id, requested_at DESC, erasure_id DESC);
CREATE INDEX erasures_running ON erasures (started_at NULLS FIRST) WHERE status = 'running';

-- What a user left in tables that are otherwise read by age.
CREATE INDEX commands_by_user ON commands (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX outbox_by_user ON outbox (user_id, event_id) WHERE user_id IS NOT NULL;
