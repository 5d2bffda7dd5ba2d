-- Who may say by signed tokens what happened to a tenant's users. jwks: public keys only.
CREATE TABLE event_transmitters (
  tenant_id      text NOT NULL REFERENCES tenants,
  transmitter_id text NOT NULL,
  issuer         text NOT NULL,
  audience       text NOT NULL,
  jwks           jsonb NOT NULL,
  created_at     timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, transmitter_id)
);
