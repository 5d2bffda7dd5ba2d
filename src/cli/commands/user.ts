import { Command } from 'commander';
import type { Pool } from 'pg';
import { MfaError } from '../../domain/errors';
import { listContacts } from '../../persistence/contact-repository';
import { listSessions } from '../../persistence/session-repository';
import { readTimeline } from '../../persistence/timeline-repository';
import { findUserId, readUser } from '../../persistence/user-repository';
import { withMainDatabase } from '../main-database';
import { tenantNamed, tenantOption } from '../named-tenant';
import { minute, table } from '../table';
import { paint, type Terminal } from '../terminal';

/** What a page of the timeline shows here; the API has all of it. */
const LATEST = 10;

/** `mfaflow user show`: what a help desk asks for. Nothing personal is opened: no address, no agent, no secret. */
export function userCommand(terminal: Terminal): Command {
  const user = new Command('user').description('Look at a user.');
  user
    .command('show <user-id>')
    .description(
      'Why a user can or cannot log in: status, factors, sessions, what happened last. By your own id of the user.',
    )
    .requiredOption(...tenantOption)
    .action((userId: string, { tenant }: { tenant: string }) => show(terminal, userId, tenant));
  return user;
}

async function show(terminal: Terminal, externalId: string, tenantName: string): Promise<void> {
  const shown = await withMainDatabase(async (pool) => {
    const { tenant_id: tenantId, name } = await tenantNamed(pool, tenantName);
    const userId = await findUserId(pool, tenantId, externalId);
    const found = userId === undefined ? undefined : await lookAt(pool, tenantId, userId);
    if (found === undefined)
      throw new MfaError('not_found', { detail: `Tenant ${name} has no user of this id.` });
    return found;
  });
  terminal.show(humanOf(terminal, shown), shown);
}

type Shown = NonNullable<Awaited<ReturnType<typeof lookAt>>>;

async function lookAt(pool: Pool, tenantId: string, userId: string) {
  const row = await readUser(pool, tenantId, userId);
  if (row === undefined) return undefined;
  const contacts = await listContacts(pool, tenantId, userId);
  const sessions = await listSessions(pool, tenantId, userId);
  const timeline = await readTimeline(pool, { tenantId, userId }, null, LATEST);
  return {
    id: row.external_id,
    status: row.status,
    ...(row.wait_until === null ? {} : { waitUntil: row.wait_until.toISOString() }),
    ...(row.locked_until === null ? {} : { lockedUntil: row.locked_until.toISOString() }),
    ...(row.status !== 'locked' || row.lock_reason === null ? {} : { lockReason: row.lock_reason }),
    failures: row.failures,
    groups: row.groups,
    factors: row.factors,
    contacts: contacts.map(({ contact_id: id, kind, verified_at: verified }) => ({
      id,
      kind,
      verified: verified !== null,
    })),
    activeSessions: sessions.filter(({ active }) => active).length,
    createdAt: row.created_at.toISOString(),
    timeline: timeline.map(({ at, action, outcome, actor, detail }) => ({
      at: at.toISOString(),
      action,
      outcome,
      actor,
      detail,
    })),
  };
}

function humanOf(terminal: Terminal, user: Shown): string {
  const fields: [string, string][] = [
    ['Status', statusOf(terminal, user)],
    ['Failures', `${String(user.failures)} since the last right code`],
    ['Groups', user.groups.join(', ') || 'none'],
    [
      'Factors',
      user.factors.map(({ kind, id, status }) => `${kind} (${status}, ${id})`).join(', ') ||
        'none: cannot log in',
    ],
    [
      'Contacts',
      user.contacts.map(({ kind, verified }) => `${kind}${verified ? ' (verified)' : ''}`).join(', ') ||
        'none',
    ],
    ['Sessions', `${String(user.activeSessions)} active`],
    ['Made', minute(user.createdAt) ?? ''],
  ];
  const entries = user.timeline.map(({ at, action, outcome, actor }) => [minute(at), action, outcome, actor]);
  return [
    paint(terminal, 'bold', user.id),
    ...fields.map(([label, value]) => `  ${label.padEnd(9)} ${value}`),
    '',
    table(terminal, ['WHEN', 'WHAT', 'OUTCOME', 'BY'], entries),
  ].join('\n');
}

function statusOf(terminal: Terminal, { status, waitUntil, lockedUntil, lockReason }: Shown): string {
  if (status === 'active') return paint(terminal, 'green', 'active');
  if (status === 'waiting')
    return paint(terminal, 'yellow', `waiting until ${minute(waitUntil) ?? ''}, after wrong codes`);
  const until =
    lockedUntil === undefined ? 'until an operator unlocks' : `until ${minute(lockedUntil) ?? ''}`;
  return paint(terminal, 'red', `locked ${until}${lockReason === undefined ? '' : `: ${lockReason}`}`);
}
