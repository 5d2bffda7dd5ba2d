-- Events that other systems send. external_source and external_id: what a sender knows its event by (CloudEvents `source`
-- and `id`); occurred_at: when it happened, by the sender; type_version: of its type when it was taken. Null where mfaflow
-- itself says it.
ALTER TABLE outbox ADD COLUMN external_source text;
ALTER TABLE outbox ADD COLUMN external_id text;
ALTER TABLE outbox ADD COLUMN occurred_at timestamptz;
ALTER TABLE outbox ADD COLUMN type_version integer;

-- A tenant's own types of event, which its systems may send. version: raised when subject or schema become others.
CREATE TABLE event_types (
  tenant_id   text NOT NULL REFERENCES tenants,
  type        text NOT NULL,
  version     integer NOT NULL DEFAULT 1,
  title       text NOT NULL,
  description text NOT NULL,
  subject     text NOT NULL CHECK (subject IN ('user', 'tenant', 'either')),
  schema      jsonb NOT NULL,
  example     jsonb NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, type)
);
