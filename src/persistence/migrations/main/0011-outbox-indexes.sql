-- In a file of their own, so that the columns' exclusive lock is not held while they are built: reading goes on.
CREATE UNIQUE INDEX outbox_external ON outbox (tenant_id, external_source, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX outbox_by_tenant ON outbox (tenant_id, event_id);
