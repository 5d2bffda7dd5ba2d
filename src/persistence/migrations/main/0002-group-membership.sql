-- group_since: by group, the tenant's epoch when the user joined it after being made. Raises of before that are
-- none of theirs, so that joining a group ends no session.
ALTER TABLE users ADD COLUMN group_since jsonb NOT NULL DEFAULT '{}';

CREATE OR REPLACE FUNCTION epoch_refuses(of_tenant text, of_user text, of_groups text[], of_kinds text[], stamp bigint)
  RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
      SELECT 1 FROM epochs
      WHERE tenant_id = of_tenant AND value > stamp
        AND (scope = 'tenant'
          OR (scope = 'user' AND subject = of_user)
          OR (scope = 'group' AND subject = ANY (of_groups)
            AND value > coalesce((SELECT (u.group_since->>subject)::bigint FROM users u WHERE u.user_id = of_user), 0))
          OR (scope = 'kind' AND subject = ANY (of_kinds))))
  $$;
