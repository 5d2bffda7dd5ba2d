-- The clock that decides codes, expiries and token times. The offset is zero outside test mode; servers
-- without test mode refuse to start on anything else.
CREATE TABLE test_clock (
  only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  clock_offset interval NOT NULL DEFAULT '0'
);
INSERT INTO test_clock DEFAULT VALUES;

CREATE FUNCTION current_instant() RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT statement_timestamp() + (SELECT clock_offset FROM test_clock) $$;

-- epoch: the newest value of any of the tenant's epochs; what is issued is stamped with it.
CREATE TABLE tenants (
  tenant_id     text PRIMARY KEY,
  name          text NOT NULL UNIQUE,
  policy        jsonb NOT NULL DEFAULT '{}',
  epoch         bigint NOT NULL DEFAULT 0,
  login_flow_id text,
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- development: made by the one-command start; a production server refuses a database that holds a live one.
CREATE TABLE api_keys (
  key_id     text PRIMARY KEY,
  tenant_id  text NOT NULL REFERENCES tenants,
  name       text NOT NULL,
  hash       bytea NOT NULL UNIQUE,
  scopes     text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  development boolean NOT NULL DEFAULT false
);

-- version: every decision about a user compares and raises it, so that of two concurrent ones one retries.
CREATE TABLE users (
  user_id         text PRIMARY KEY,
  tenant_id       text NOT NULL REFERENCES tenants,
  external_id     text NOT NULL,
  groups          text[] NOT NULL DEFAULT '{}',
  version         bigint NOT NULL DEFAULT 1,
  failures        integer NOT NULL DEFAULT 0,
  wait_until      timestamptz,
  locked_until    timestamptz,
  operator_only   boolean NOT NULL DEFAULT false,
  lock_reason     text,
  lifecycle       text NOT NULL DEFAULT 'absent' CHECK (lifecycle IN ('absent', 'running', 'resting')),
  last_command_at timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  UNIQUE (tenant_id, external_id)
);
CREATE INDEX users_due_for_rest ON users (last_command_at) WHERE lifecycle = 'running';

-- counter: newest TOTP time step (or other forward-only counter) burned; -1 before the first.
-- epoch: the tenant's when the enrolment began; one raised since refuses its confirmation.
-- authorised: enrolled by a step-up or an operator; without, it may only become the user's first factor.
-- disclosure: what the enrolling user is shown once, kept sealed for the retry of a lost answer.
CREATE TABLE factors (
  factor_id        text PRIMARY KEY,
  tenant_id        text NOT NULL,
  user_id          text NOT NULL REFERENCES users,
  kind             text NOT NULL,
  name             text,
  status           text NOT NULL CHECK (status IN ('pending', 'active')),
  counter          bigint NOT NULL DEFAULT -1,
  material         bytea NOT NULL,
  disclosure       bytea,
  replaces         text,
  authorised       boolean NOT NULL,
  pending_until    timestamptz,
  epoch            bigint NOT NULL DEFAULT 0,
  created_at       timestamptz NOT NULL,
  confirmed_at     timestamptz,
  last_used_at     timestamptz
);
CREATE INDEX factors_by_user ON factors (user_id);
CREATE INDEX factors_pending ON factors (pending_until) WHERE status = 'pending';
CREATE INDEX factors_disclosed ON factors (created_at) WHERE disclosure IS NOT NULL;

-- A code that may be used once is used by inserting it here; the primary key refuses the second time.
CREATE TABLE spent_codes (
  factor_id text NOT NULL REFERENCES factors ON DELETE CASCADE,
  code_id   text NOT NULL,
  spent_at  timestamptz NOT NULL,
  PRIMARY KEY (factor_id, code_id)
);

CREATE TABLE flows (
  flow_id      text PRIMARY KEY,
  tenant_id    text REFERENCES tenants,
  name         text NOT NULL,
  version      integer NOT NULL,
  definition   jsonb NOT NULL,
  published_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX flows_version ON flows (coalesce(tenant_id, ''), name, version);
ALTER TABLE tenants ADD FOREIGN KEY (login_flow_id) REFERENCES flows;

-- context: the end user's address and agent, sealed under the user's key.
CREATE TABLE authentications (
  authentication_id text PRIMARY KEY,
  tenant_id         text NOT NULL,
  user_id           text NOT NULL REFERENCES users,
  purpose           text NOT NULL,
  status            text NOT NULL CHECK (status IN ('pending', 'approved', 'denied', 'expired')),
  reason            text,
  flow_id           text NOT NULL REFERENCES flows,
  position          text NOT NULL,
  proofs            jsonb NOT NULL,
  challenge         jsonb,
  request           jsonb NOT NULL,
  context           bytea,
  outcome           jsonb,
  session_id        text,
  epoch             bigint NOT NULL,
  created_at        timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  ended_at          timestamptz
);
CREATE INDEX authentications_by_user ON authentications (user_id, created_at DESC);
CREATE INDEX authentications_ended ON authentications (ended_at);
CREATE INDEX authentications_due ON authentications (expires_at) WHERE status = 'pending';

CREATE TABLE sessions (
  session_id        text PRIMARY KEY,
  tenant_id         text NOT NULL,
  user_id           text NOT NULL REFERENCES users,
  authentication_id text NOT NULL,
  acr               text NOT NULL,
  amr               text[] NOT NULL,
  kinds             text[] NOT NULL,
  proofs            jsonb NOT NULL,
  auth_time         timestamptz NOT NULL,
  epoch             bigint NOT NULL,
  kid               text NOT NULL,
  generation        integer NOT NULL DEFAULT 0,
  issued_at         timestamptz NOT NULL,
  rotated_at        timestamptz,
  expires_at        timestamptz NOT NULL,
  absolute_until    timestamptz NOT NULL,
  revoked_at        timestamptz,
  revoked_reason    text,
  context           bytea
);
CREATE INDEX sessions_by_user ON sessions (user_id, issued_at DESC);
CREATE INDEX sessions_ended ON sessions (expires_at);

CREATE FUNCTION session_is_revoked(of_session text) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT EXISTS (SELECT 1 FROM sessions WHERE session_id = of_session AND revoked_at IS NOT NULL) $$;

-- One row per accepted command: a retry with the same id gets the same result.
CREATE TABLE commands (
  tenant_id   text NOT NULL,
  command_id  text NOT NULL,
  user_id     text,
  fingerprint text NOT NULL,
  result      jsonb NOT NULL,
  epoch       bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, command_id)
);
CREATE INDEX commands_by_age ON commands (created_at);
CREATE INDEX commands_with_key ON commands (created_at) WHERE result ? 'sealedKey';

-- personal: what of the entry is personal data, sealed under the user's key.
CREATE TABLE audit (
  sequence   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id  text NOT NULL,
  user_id    text,
  at         timestamptz NOT NULL,
  actor      text NOT NULL,
  action     text NOT NULL,
  outcome    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}',
  personal   bytea,
  epoch      bigint NOT NULL,
  command_id text
);
CREATE INDEX audit_by_user ON audit (user_id, sequence DESC);
CREATE INDEX audit_by_tenant ON audit (tenant_id, sequence DESC);

CREATE TABLE outbox (
  event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id  text NOT NULL,
  user_id    text,
  type       text NOT NULL,
  data       jsonb NOT NULL DEFAULT '{}',
  at         timestamptz NOT NULL,
  epoch      bigint NOT NULL,
  command_id text
);
CREATE INDEX outbox_by_age ON outbox (at);

-- Values come from one sequence and are raised under the tenant's row lock, so that within a tenant a later
-- raise always has the greater value, and one number stamps all that was read.
CREATE SEQUENCE epoch_values;
CREATE TABLE epochs (
  tenant_id text NOT NULL REFERENCES tenants,
  scope     text NOT NULL CHECK (scope IN ('tenant', 'group', 'user', 'kind')),
  subject   text NOT NULL,
  value     bigint NOT NULL,
  raised_at timestamptz NOT NULL,
  reason    text NOT NULL,
  PRIMARY KEY (tenant_id, scope, subject)
);

CREATE FUNCTION epoch_refuses(of_tenant text, of_user text, of_groups text[], of_kinds text[], stamp bigint)
  RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
      SELECT 1 FROM epochs
      WHERE tenant_id = of_tenant AND value > stamp
        AND (scope = 'tenant'
          OR (scope = 'user' AND subject = of_user)
          OR (scope = 'group' AND subject = ANY (of_groups))
          OR (scope = 'kind' AND subject = ANY (of_kinds))))
  $$;

CREATE TABLE signing_keys (
  kid            text PRIMARY KEY,
  public_jwk     jsonb NOT NULL,
  private_sealed bytea NOT NULL,
  status         text NOT NULL CHECK (status IN ('next', 'active', 'retired', 'compromised')),
  created_at     timestamptz NOT NULL DEFAULT now(),
  activated_at   timestamptz,
  retired_at     timestamptz
);
CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys ((true)) WHERE status = 'active';

-- What /readyz and the in-flight caps know of the other processes. Nothing here outlives a crash of the database.
CREATE UNLOGGED TABLE process_heartbeats (
  process_id text PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('api', 'worker')),
  seen_at    timestamptz NOT NULL,
  drift_ms   integer NOT NULL
);

-- Windows of the rate limits; counts may be lost in a crash of the database, decisions may not.
CREATE UNLOGGED TABLE rate_limits (
  key    varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
