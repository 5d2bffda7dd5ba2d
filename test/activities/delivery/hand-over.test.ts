import type { Submission } from '../../../src/delivery/provider';
import { attempt, deliver, Ledger, scripted } from './ledger';

const later = { outcome: 'slow-down', retryAfterMs: 60_000, code: 'smtp_450_4.1.2' } as const;

describe('The calm that a provider asks for', () => {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await Ledger.open();
  });

  afterAll(async () => {
    await ledger.close();
  });

  const mailing = (answer: Submission) =>
    scripted('mail', ({ to }) => (to.endsWith('@slow.example') ? answer : { outcome: 'accepted' }), {
      channels: ['email'],
    });

  const mail = async (to: string) => {
    const of = await ledger.user();
    return { of, id: await ledger.delivery(of, { channel: 'email', to }) };
  };

  test("for one address keeps its message back, and nobody else's", async () => {
    const provider = mailing({ ...later, scope: 'address' });
    const worker = ledger.worker([provider]);
    const slow = await mail('mallory@slow.example');
    expect(await attempt(worker, slow.of, slow.id)).toBeGreaterThan(55_000);
    expect(await attempt(worker, slow.of, slow.id)).toBeGreaterThan(55_000);
    expect(provider.messages).toHaveLength(1);
    const other = await mail('alice@example.com');
    expect(await deliver(worker, other.of, other.id)).toBe('accepted');
    const { rows } = await ledger.pool.query('SELECT state FROM provider_health WHERE state <> $1', [
      'healthy',
    ]);
    expect(rows).toEqual([]);
  });

  test('for one address sends its message another way at once', async () => {
    const second = scripted('second', () => ({ outcome: 'accepted' }), { channels: ['email'] });
    const slow = await mail('mallory@slow.example');
    const worker = ledger.worker([mailing({ ...later, scope: 'address' }), second]);
    expect(await deliver(worker, slow.of, slow.id)).toBe('accepted');
    expect(second.messages).toHaveLength(1);
  });

  test('for everything keeps every message back', async () => {
    const worker = ledger.worker([mailing(later)]);
    const slow = await mail('mallory@slow.example');
    expect(await attempt(worker, slow.of, slow.id)).toBeGreaterThan(55_000);
    const other = await mail('alice@example.com');
    expect(await attempt(worker, other.of, other.id)).toBeGreaterThan(55_000);
  });
});
