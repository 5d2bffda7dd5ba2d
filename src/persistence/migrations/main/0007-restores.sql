-- Every restore of this database from a backup. Without checked_at it is what it was when the backup was taken: codes spent
-- since are unspent, sessions revoked since live, so that no server starts on it before restore-check was applied.
CREATE TABLE restores (
  restore_id  text PRIMARY KEY,
  taken_at    timestamptz,
  restored_at timestamptz NOT NULL DEFAULT now(),
  checked_at  timestamptz
);
CREATE INDEX restores_unchecked ON restores (restored_at) WHERE checked_at IS NULL;

-- Tenants that a check is done with: one that was interrupted goes on with the others.
CREATE TABLE restore_repairs (
  restore_id  text NOT NULL REFERENCES restores,
  tenant_id   text NOT NULL REFERENCES tenants,
  repaired_at timestamptz NOT NULL,
  counts      jsonb NOT NULL,
  PRIMARY KEY (restore_id, tenant_id)
);
