-- expires_at: of a factor that ends by itself, such as a temporary pass.
-- frozen_at: the user said "this wasn't me"; it proves nothing until an operator or a new enrolment decides.
ALTER TABLE factors ADD COLUMN expires_at timestamptz;
ALTER TABLE factors ADD COLUMN frozen_at timestamptz;
CREATE INDEX factors_expiring ON factors (expires_at) WHERE expires_at IS NOT NULL;

-- authorised_by: the authentication that allowed the enrolment, for whoever says later that it was not them.
ALTER TABLE factors ADD COLUMN authorised_by text;

-- disowned_at: approved, and the user said "this wasn't me" of it or of a factor that it proved; refused from then on.
ALTER TABLE authentications ADD COLUMN disowned_at timestamptz;

-- factor_id: whose confirmation made the contact, which goes with it; null for one that the application added.
ALTER TABLE contacts ADD COLUMN factor_id text REFERENCES factors ON DELETE CASCADE;
CREATE INDEX contacts_by_factor ON contacts (factor_id) WHERE factor_id IS NOT NULL;

-- A code that travels. It is derived from salt, id and issue, never stored; the salt goes when the challenge ends.
-- authentication_id: null for the confirmation of an enrolment. issue: the instant of the newest code in ms, forward only;
-- a code of an earlier issue is a wrong code. issues: how many codes there were.
-- Every writer raises users.version, as for factors and authentications.
CREATE TABLE challenges (
  challenge_id      text PRIMARY KEY,
  tenant_id         text NOT NULL,
  user_id           text NOT NULL REFERENCES users,
  factor_id         text NOT NULL REFERENCES factors ON DELETE CASCADE,
  authentication_id text REFERENCES authentications ON DELETE CASCADE,
  kind              text NOT NULL,
  status            text NOT NULL CHECK (status IN ('open', 'used', 'closed')),
  salt              text,
  issue             bigint NOT NULL,
  issues            integer NOT NULL DEFAULT 1,
  issued_at         timestamptz NOT NULL,
  resend_at         timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  ended_at          timestamptz,
  CHECK (status = 'open' OR salt IS NULL)
);
CREATE INDEX challenges_by_authentication ON challenges (authentication_id);
CREATE INDEX challenges_open ON challenges (user_id) WHERE status = 'open';
CREATE INDEX challenges_by_factor ON challenges (factor_id);
CREATE INDEX challenges_due ON challenges (expires_at) WHERE status = 'open';

-- What is to reach a user. address and facts are sealed under the user's key as parts of this record.
-- A notice is written once, without an address, and expanded to one child for each address of the user.
-- status: queued until a provider took it; what comes after is told by the provider.
-- due_at: when a sweep takes it up in case no workflow has. deadline: when it is not worth sending any more.
CREATE TABLE deliveries (
  delivery_id  text PRIMARY KEY,
  tenant_id    text NOT NULL,
  user_id      text NOT NULL REFERENCES users,
  command_id   text,
  purpose      text NOT NULL CHECK (purpose IN ('challenge', 'notice', 'ticket')),
  template     text NOT NULL,
  challenge_id text,
  issue        bigint,
  ticket_id    text,
  parent_id    text,
  channel      text CHECK (channel IN ('sms', 'voice', 'email')),
  address      bytea,
  facts        bytea,
  country      text,
  status       text NOT NULL DEFAULT 'queued' CHECK (status IN
    ('queued', 'expanded', 'accepted', 'sent', 'delivered', 'undelivered', 'refused', 'failed', 'cancelled', 'expired')),
  reason       text,
  uncertain    boolean NOT NULL DEFAULT false,
  attempts     integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  due_at       timestamptz NOT NULL,
  deadline     timestamptz NOT NULL,
  ended_at     timestamptz,
  converted_at timestamptz
);
CREATE INDEX deliveries_by_user ON deliveries (user_id, created_at DESC);
CREATE INDEX deliveries_by_tenant ON deliveries (tenant_id, created_at DESC, delivery_id DESC);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE status = 'queued';
CREATE INDEX deliveries_by_age ON deliveries (created_at);
CREATE INDEX deliveries_by_challenge ON deliveries (challenge_id) WHERE challenge_id IS NOT NULL;
CREATE INDEX deliveries_by_command ON deliveries (command_id) WHERE status = 'queued';
CREATE INDEX deliveries_by_parent ON deliveries (parent_id) WHERE parent_id IS NOT NULL;

-- The ledger: one row for everything that was handed to a provider. history: [{at, status, code}], oldest first.
-- A row that stays at submitting belonged to a worker that died: whether the provider took it is not known.
CREATE TABLE sends (
  send_id         text PRIMARY KEY,
  delivery_id     text NOT NULL REFERENCES deliveries ON DELETE CASCADE,
  tenant_id       text NOT NULL,
  provider        text NOT NULL,
  channel         text NOT NULL,
  country         text NOT NULL,
  idempotency_key text NOT NULL,
  provider_ref    text,
  status          text NOT NULL CHECK (status IN
    ('submitting', 'accepted', 'sent', 'delivered', 'undelivered', 'rejected', 'failed', 'uncertain')),
  code            text,
  price           numeric,
  currency        text,
  history         jsonb NOT NULL DEFAULT '[]',
  submitted_at    timestamptz NOT NULL,
  ended_at        timestamptz,
  converted_at    timestamptz,
  UNIQUE (provider, provider_ref)
);
CREATE INDEX sends_by_delivery ON sends (delivery_id, submitted_at);
CREATE INDEX sends_recent ON sends (provider, channel, country, submitted_at);
CREATE INDEX sends_by_age ON sends (submitted_at);
CREATE INDEX sends_under_way ON sends (submitted_at) WHERE status = 'submitting';

-- What was learned of a provider for a channel and a country; the counts are those of the ledger.
CREATE TABLE provider_health (
  provider text NOT NULL,
  channel  text NOT NULL,
  country  text NOT NULL,
  state    text NOT NULL CHECK (state IN ('healthy', 'failing', 'probing')),
  reason   text,
  since    timestamptz NOT NULL,
  probe_at timestamptz,
  PRIMARY KEY (provider, channel, country)
);

-- Windows of the limits against fraud. key is a keyed hash where it stands for an address.
CREATE TABLE delivery_allowances (
  key          text NOT NULL,
  window_start timestamptz NOT NULL,
  used         numeric NOT NULL,
  PRIMARY KEY (key, window_start)
);
CREATE INDEX delivery_allowances_by_age ON delivery_allowances (window_start);

-- A tenant's own words; what is not here is said in the shipped ones.
CREATE TABLE message_templates (
  tenant_id  text NOT NULL REFERENCES tenants,
  name       text NOT NULL,
  channel    text NOT NULL CHECK (channel IN ('sms', 'voice', 'email')),
  locale     text NOT NULL,
  subject    text,
  text       text NOT NULL,
  html       text,
  version    integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, name, channel, locale)
);

-- One-time links. The token is derived from id and salt by a key, never stored; the salt goes when the ticket is redeemed.
-- subject: ids of what it is about.
CREATE TABLE tickets (
  ticket_id   text PRIMARY KEY,
  tenant_id   text NOT NULL,
  user_id     text NOT NULL REFERENCES users,
  purpose     text NOT NULL CHECK (purpose IN ('confirm-address', 'login', 'not-me')),
  subject     jsonb NOT NULL,
  salt        text,
  epoch       bigint NOT NULL,
  created_at  timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  redeemed_at timestamptz
);
CREATE INDEX tickets_by_user ON tickets (user_id, created_at DESC);
CREATE INDEX tickets_expired ON tickets (expires_at);
