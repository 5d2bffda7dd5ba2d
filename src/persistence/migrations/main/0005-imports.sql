-- One row a run of a bulk import. content: keyed hash of the whole file, by which a run that broke off is found again.
-- position and lines: how much of the file is done; written with the users of the batch, in one transaction.
-- report_bytes: how long the report of refused lines was then.
CREATE TABLE imports (
  import_id    text PRIMARY KEY,
  tenant_id    text NOT NULL REFERENCES tenants,
  content      bytea NOT NULL,
  position     bigint NOT NULL DEFAULT 0,
  lines        bigint NOT NULL DEFAULT 0,
  created      bigint NOT NULL DEFAULT 0,
  changed      bigint NOT NULL DEFAULT 0,
  unchanged    bigint NOT NULL DEFAULT 0,
  refused      bigint NOT NULL DEFAULT 0,
  report_bytes bigint NOT NULL DEFAULT 0,
  started_at   timestamptz NOT NULL,
  moved_at     timestamptz NOT NULL,
  finished_at  timestamptz
);
CREATE INDEX imports_unfinished ON imports (tenant_id, content, started_at DESC) WHERE finished_at IS NULL;
