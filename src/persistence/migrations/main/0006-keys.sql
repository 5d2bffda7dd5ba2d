-- disabled_at: no key of the tenant is good any more; nothing of it is deleted.
ALTER TABLE tenants ADD COLUMN disabled_at timestamptz;

-- rotated_from: the key in whose place this one came; each has one successor. last_used_at: to five minutes, written once in as many.
ALTER TABLE api_keys ADD COLUMN rotated_from text REFERENCES api_keys;
ALTER TABLE api_keys ADD COLUMN last_used_at timestamptz;
CREATE UNIQUE INDEX api_keys_rotated_from ON api_keys (rotated_from) WHERE rotated_from IS NOT NULL;
CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id, created_at DESC, key_id DESC);
