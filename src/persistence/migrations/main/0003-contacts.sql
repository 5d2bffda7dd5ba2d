-- address: sealed under the user's key. blind_index: keyed hash of tenant, kind and normalised address, by which the
-- address is found without being readable. Two users may share an address; one user has it once.
CREATE TABLE contacts (
  contact_id  text PRIMARY KEY,
  tenant_id   text NOT NULL,
  user_id     text NOT NULL REFERENCES users,
  kind        text NOT NULL CHECK (kind IN ('email', 'phone')),
  address     bytea NOT NULL,
  blind_index bytea NOT NULL,
  verified_at timestamptz,
  created_at  timestamptz NOT NULL,
  UNIQUE (user_id, kind, blind_index)
);
CREATE INDEX contacts_by_address ON contacts (tenant_id, kind, blind_index, user_id);

-- locale: BCP 47. default_factor: a factor of the user. preferred_order: factor kinds, the first the most wanted.
ALTER TABLE users ADD COLUMN locale text;
ALTER TABLE users ADD COLUMN default_factor text;
ALTER TABLE users ADD COLUMN preferred_order text[] NOT NULL DEFAULT '{}';

-- The list of epochs, newest first: there is one for each user whom something was revoked.
CREATE INDEX epochs_by_value ON epochs (tenant_id, value DESC, scope DESC, subject DESC);
