import type { Pool, PoolClient } from 'pg';
import type { MessageName } from '../delivery/messages/message';
import type { MessageTemplate, TemplateSource } from '../delivery/messages/template';
import type { Channel } from '../delivery/provider';

/** Which template of a tenant is meant. */
export interface TemplateKey {
  readonly name: MessageName;
  readonly channel: Channel;
  /** BCP 47, canonical. */
  readonly locale: string;
}

/** Where a template stands, without its words. */
export interface TemplateRow extends TemplateKey {
  readonly version: number;
  readonly updated_at: Date;
}

export interface TemplateText extends TemplateRow {
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
}

/** A tenant cannot have more, so that a list of them is one page. */
export const MAX_TEMPLATES = 300;

const PLACE = 'name, channel, locale, version, updated_at';

/** A tenant's own templates as messages are rendered from them: read each time, so that a change holds at once. */
export function templateSourceOf(pool: Pool): TemplateSource {
  return {
    async find(tenantId, name, channel) {
      const { rows } = await pool.query<
        { default_locale: string | null } & (TemplateText | { [Column in keyof TemplateText]: null })
      >(
        `SELECT t.policy->'messages'->>'locale' AS default_locale, m.locale, m.subject, m.text, m.html
         FROM tenants t
         LEFT JOIN message_templates m ON m.tenant_id = t.tenant_id AND m.name = $2 AND m.channel = $3
         WHERE t.tenant_id = $1`,
        [tenantId, name, channel],
      );
      const defaultLocale = rows[0]?.default_locale ?? null;
      return {
        ...(defaultLocale === null ? {} : { defaultLocale }),
        own: rows.flatMap((row) => (row.locale === null ? [] : [{ locale: row.locale, ...templateOf(row) }])),
      };
    },
  };
}

/** A stored template as it is filled in. */
export function templateOf({
  subject,
  text,
  html,
}: Pick<TemplateText, 'subject' | 'text' | 'html'>): MessageTemplate {
  return { text, ...(subject === null ? {} : { subject }), ...(html === null ? {} : { html }) };
}

/** Where a tenant has words of its own, by name, channel and locale. */
export async function listTemplates(pool: Pool, tenantId: string): Promise<TemplateRow[]> {
  const { rows } = await pool.query<TemplateRow>(
    `SELECT ${PLACE} FROM message_templates WHERE tenant_id = $1 ORDER BY name, channel, locale`,
    [tenantId],
  );
  return rows;
}

export async function findTemplate(
  pool: Pool,
  tenantId: string,
  { name, channel, locale }: TemplateKey,
): Promise<TemplateText | undefined> {
  const { rows } = await pool.query<TemplateText>(
    `SELECT ${PLACE}, subject, text, html FROM message_templates
     WHERE tenant_id = $1 AND name = $2 AND channel = $3 AND locale = $4`,
    [tenantId, name, channel, locale],
  );
  return rows[0];
}

/**
 * Writes a template over the version that its writer has seen: none, or the one that is there.
 *
 * @returns undefined when another version is there, or none
 */
export async function storeTemplate(
  client: PoolClient,
  tenantId: string,
  { name, channel, locale }: TemplateKey,
  { subject, text, html }: MessageTemplate,
  seen: number | undefined,
): Promise<TemplateRow | undefined> {
  const values = [tenantId, name, channel, locale, subject ?? null, text, html ?? null];
  const { rows } =
    seen === undefined
      ? await client.query<TemplateRow>(
          `INSERT INTO message_templates (tenant_id, name, channel, locale, subject, text, html, updated_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, current_instant()) ON CONFLICT DO NOTHING RETURNING ${PLACE}`,
          values,
        )
      : await client.query<TemplateRow>(
          `UPDATE message_templates
           SET subject = $5, text = $6, html = $7, version = version + 1, updated_at = current_instant()
           WHERE tenant_id = $1 AND name = $2 AND channel = $3 AND locale = $4 AND version = $8
           RETURNING ${PLACE}`,
          [...values, seen],
        );
  return rows[0];
}

/** @returns whether it was there */
export async function removeTemplate(
  client: PoolClient,
  tenantId: string,
  { name, channel, locale }: TemplateKey,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'DELETE FROM message_templates WHERE tenant_id = $1 AND name = $2 AND channel = $3 AND locale = $4',
    [tenantId, name, channel, locale],
  );
  return rowCount === 1;
}

export async function countTemplates(client: PoolClient, tenantId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM message_templates WHERE tenant_id = $1',
    [tenantId],
  );
  return rows[0]?.count ?? 0;
}

/** What a tenant's messages follow: the language of users without one, and everything else of its policy. */
export async function readMessagePolicy(
  pool: Pool,
  tenantId: string,
): Promise<{ defaultLocale: string | undefined; policy: Record<string, unknown> }> {
  const { rows } = await pool.query<{ policy: Record<string, unknown>; locale: string | null }>(
    `SELECT policy, policy->'messages'->>'locale' AS locale FROM tenants WHERE tenant_id = $1`,
    [tenantId],
  );
  return { defaultLocale: rows[0]?.locale ?? undefined, policy: rows[0]?.policy ?? {} };
}

/** @param locale null: no language but the last one, English */
export async function storeDefaultLocale(
  client: PoolClient,
  tenantId: string,
  locale: string | null,
): Promise<void> {
  await client.query(
    `UPDATE tenants SET policy = policy || jsonb_build_object('messages',
       coalesce(policy->'messages', '{}') || jsonb_build_object('locale', $2::text))
     WHERE tenant_id = $1`,
    [tenantId, locale],
  );
}
