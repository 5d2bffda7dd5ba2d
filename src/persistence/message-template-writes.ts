import type { PoolClient } from 'pg';
import { MfaError } from '../domain/errors';
import type { MessageTemplate } from '../delivery/messages/template';
import type { DirectChange } from './direct-write';
import {
  countTemplates,
  MAX_TEMPLATES,
  removeTemplate,
  storeDefaultLocale,
  storeTemplate,
  type TemplateKey,
} from './message-template-repository';

/** A template as it was written. */
export interface WrittenTemplate {
  readonly version: number;
  readonly updatedAt: string;
}

/**
 * Writes a tenant's own words over the version that their writer has seen.
 *
 * @throws MfaError `conflict` when another version is there, or the tenant has as many as it can
 */
export async function writeTemplate(
  client: PoolClient,
  tenantId: string,
  key: TemplateKey,
  template: MessageTemplate,
  seen: number | undefined,
): Promise<DirectChange<WrittenTemplate>> {
  const stored = await storeTemplate(client, tenantId, key, template, seen);
  if (stored === undefined) throw new MfaError('conflict', { detail: otherVersion(seen) });
  if (seen === undefined && (await countTemplates(client, tenantId)) > MAX_TEMPLATES) {
    throw new MfaError('conflict', {
      detail: `A tenant has ${String(MAX_TEMPLATES)} templates at most: remove one first.`,
    });
  }
  const detail = { ...key, version: stored.version };
  return {
    result: { version: stored.version, updatedAt: stored.updated_at.toISOString() },
    audit: [{ action: 'message-template.write', outcome: 'done', detail }],
    events: [{ type: 'message-template.written', data: detail }],
  };
}

function otherVersion(seen: number | undefined): string {
  return seen === undefined
    ? 'There is such a template already: read it, and send its version with the change.'
    : 'The template has another version by now, or is gone: read it again before changing it.';
}

/** From then on the shipped words are sent. @throws MfaError `not_found` when the tenant has none of its own */
export async function writeRemovedTemplate(
  client: PoolClient,
  tenantId: string,
  key: TemplateKey,
): Promise<DirectChange<TemplateKey>> {
  if (!(await removeTemplate(client, tenantId, key))) throw new MfaError('not_found');
  const detail = { ...key };
  return {
    result: key,
    audit: [{ action: 'message-template.remove', outcome: 'done', detail }],
    events: [{ type: 'message-template.removed', data: detail }],
  };
}

/** The language of users of whom none is known. */
export async function writeDefaultLocale(
  client: PoolClient,
  tenantId: string,
  defaultLocale: string | null,
): Promise<DirectChange<{ defaultLocale: string | null }>> {
  await storeDefaultLocale(client, tenantId, defaultLocale);
  return {
    result: { defaultLocale },
    audit: [{ action: 'message-locale.change', outcome: 'done', detail: { defaultLocale } }],
    events: [{ type: 'message-locale.changed', data: defaultLocale === null ? {} : { defaultLocale } }],
  };
}
