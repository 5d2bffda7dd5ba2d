-- Wrapped data keys: one per user, one per tenant (user '-'), one per deployment ('-', '-').
-- Destroying a row's key makes everything sealed under it unreadable, backups included.
CREATE TABLE data_keys (
  key_id        text PRIMARY KEY,
  tenant_id     text NOT NULL,
  user_id       text NOT NULL,
  wrapped       bytea NOT NULL,
  master_key_id text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  rewrapped_at  timestamptz,
  destroyed_at  timestamptz
);

CREATE UNIQUE INDEX data_keys_scope ON data_keys (tenant_id, user_id) WHERE destroyed_at IS NULL;
CREATE INDEX data_keys_by_master_key ON data_keys (master_key_id, key_id) WHERE destroyed_at IS NULL;
