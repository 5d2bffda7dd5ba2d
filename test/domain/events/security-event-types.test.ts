import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '../../../src/domain/events/catalogue';
import { mapSecurityEvent, securityEventTypes } from '../../../src/domain/events/security-event-types';
import { schemaFaults } from '../../../src/domain/json-schema';
import { packageRoot } from '../../../src/package-root';
import { securityEvents } from './security-events';

const caep = 'https://schemas.openid.net/secevent/caep/event-type/';
const risc = 'https://schemas.openid.net/secevent/risc/event-type/';

describe('security events', () => {
  it('are the eight of CAEP, the fourteen of RISC, and the trial of a stream', () => {
    const known = [...securityEventTypes.keys()];
    expect(known.filter((uri) => uri.startsWith(caep))).toHaveLength(8);
    expect(known.filter((uri) => uri.startsWith(risc))).toHaveLength(14);
    expect(known).toHaveLength(23);
    expect(Object.keys(securityEvents).sort()).toEqual(known.sort());
  });

  it.each(Object.entries(securityEvents))('are taken for a type of the catalogue: %s', (uri, payload) => {
    const mapped = mapSecurityEvent(uri, payload);
    const type = eventTypes.get(mapped?.type ?? '');
    expect(type?.origin).toBe('outside');
    expect(schemaFaults(type?.schema ?? { type: 'string' }, mapped?.data)).toEqual([]);
    expect(JSON.stringify(mapped)).not.toMatch(/@|\+44|Alice/);
  });

  it('are listed in the documentation, with what they are taken for', () => {
    const guide = readFileSync(join(packageRoot(), 'docs', 'events.md'), 'utf8');
    for (const [uri, { type }] of securityEventTypes) {
      const family = /secevent\/([a-z]+)\//.exec(uri)?.[1]?.toUpperCase() ?? '';
      const isRevocation = eventTypes.get(type)?.meaning === 'revocation';
      const name = `${family} \`${uri.split('/').at(-1) ?? ''}\``;
      const row = guide.split('\n').find((line) => line.startsWith(`| ${name} `)) ?? '';
      const cells = row.split('|').map((cell) => cell.trim());
      expect([name, cells[2], cells[3]]).toEqual([name, `\`${type}\``, isRevocation ? 'yes' : 'no']);
    }
  });

  it('take back what was issued when they say that somebody else may be at it', () => {
    const revoking = [...securityEventTypes].filter(
      ([, { type }]) => eventTypes.get(type)?.meaning === 'revocation',
    );
    expect(revoking.map(([uri]) => uri.split('/').at(-1)).sort()).toEqual([
      'account-disabled',
      'account-purged',
      'credential-compromise',
      'session-revoked',
      'sessions-revoked',
    ]);
  });

  it('are none without what their type requires, with a level that there is not, or of another type', () => {
    expect(mapSecurityEvent(`${caep}risk-level-change`, {})).toBeUndefined();
    expect(mapSecurityEvent(`${caep}risk-level-change`, { current_level: 'EXTREME' })).toBeUndefined();
    expect(mapSecurityEvent(`${caep}credential-change`, { credential_type: 'password' })).toBeUndefined();
    expect(mapSecurityEvent(`${caep}token-claims-change`, { claims: 'groups' })).toBeUndefined();
    expect(mapSecurityEvent(`${caep}session-revoke`, {})).toBeUndefined();
    expect(mapSecurityEvent('__proto__', {})).toBeUndefined();
  });
});
