import type { Submission } from '../../../src/delivery/provider';
import { readTicketToken } from '../../../src/security/ticket';
import { attempt, deliver, Ledger, scripted, type Subject } from './ledger';

const accepted: Submission = { outcome: 'accepted' };
const every = { channels: ['sms', 'voice', 'email'] as const };

describe('A notice', () => {
  let ledger: Ledger;
  let alice: Subject;

  beforeAll(async () => {
    ledger = await Ledger.open();
  });

  beforeEach(async () => {
    await ledger.pool.query('TRUNCATE provider_health, sends');
    alice = await ledger.user();
  });

  afterAll(async () => {
    await ledger.close();
  });

  const notice = (facts: object = {}): Promise<string> =>
    ledger.delivery(alice, {
      purpose: 'notice',
      facts: { factorKind: 'totp', factorName: 'Phone', ...facts },
    });

  test('goes to every address of the user, each once, the removed one included', async () => {
    await ledger.contact(alice, 'email', 'alice@example.com');
    await ledger.contact(alice, 'phone', '+447400123456');
    await ledger.factor(alice, 'email', { address: 'Alice@example.com', variant: 'code' });
    await ledger.factor(alice, 'sms', { phone: '+33612345678' });
    const provider = scripted('first', () => accepted, every);
    const id = await notice({ removedAddress: { kind: 'sms', address: '+4915112345678' } });
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe('expanded');
    expect(provider.messages.map(({ to, channel }) => `${channel} ${to}`).sort()).toEqual([
      'email Alice@example.com',
      'sms +33612345678',
      'sms +447400123456',
      'sms +4915112345678',
    ]);
    expect(
      provider.messages.every(({ text }) => text.startsWith('factor-enrolled') && text.includes('Phone')),
    ).toBe(true);
  });

  test('says by a link of its own in each message "this wasn\'t me"', async () => {
    await ledger.contact(alice, 'email', 'one@example.com');
    await ledger.contact(alice, 'email', 'two@example.com');
    const provider = scripted('first', () => accepted, every);
    const id = await notice({ factorId: 'fac_1' });
    await deliver(ledger.worker([provider]), alice, id);
    const tokens = provider.messages.map(({ text }) => readTicketToken(/\/t\/(\S+)/.exec(text)?.[1] ?? ''));
    const { rows } = await ledger.pool.query<{ ticket_id: string; subject: { deliveryId: string } }>(
      `SELECT ticket_id, subject FROM tickets WHERE user_id = $1 AND purpose = 'not-me'
         AND subject->>'factorId' = 'fac_1' AND expires_at > current_instant() + interval '6 days'`,
      [alice.userId],
    );
    expect(rows.map(({ ticket_id: ticketId }) => ticketId).sort()).toEqual(
      tokens.map((token) => token?.ticketId).sort(),
    );
  });

  test('reaches a landline by voice', async () => {
    await ledger.contact(alice, 'phone', '+442079460018');
    const provider = scripted('first', () => accepted, every);
    await deliver(ledger.worker([provider]), alice, await notice());
    expect(provider.messages.map(({ channel }) => channel)).toEqual(['voice']);
  });

  test('is not kept from one address by another that has to wait', async () => {
    await ledger.contact(alice, 'email', 'alice@example.com');
    await ledger.contact(alice, 'phone', '+447400123456');
    const texts = scripted('texts', () => ({ outcome: 'slow-down', retryAfterMs: 60_000, code: '429' }));
    const mail = scripted('mail', () => accepted, { channels: ['email'] });
    const id = await notice();
    expect(await attempt(ledger.worker([texts, mail]), alice, id)).toBeGreaterThan(50_000);
    expect(mail.messages).toHaveLength(1);
    expect(await attempt(ledger.worker([texts, mail]), alice, id)).toBeGreaterThan(50_000);
    expect(mail.messages).toHaveLength(1);
  });

  test('is expanded once by workers at once', async () => {
    await ledger.contact(alice, 'email', 'alice@example.com');
    const provider = scripted('first', () => accepted, every);
    const id = await notice();
    await Promise.all(Array.from({ length: 8 }, () => attempt(ledger.worker([provider]), alice, id)));
    expect(await deliver(ledger.worker([provider]), alice, id)).toBe('expanded');
    expect(provider.messages).toHaveLength(1);
  });

  test('to a user without an address ends by itself', async () => {
    const provider = scripted('first', () => accepted, every);
    expect(await deliver(ledger.worker([provider]), alice, await notice())).toBe('expanded');
    expect(provider.messages).toHaveLength(0);
  });

  test('is sent although the limit of its address is used up by codes', async () => {
    await ledger.setPolicy({ perAddressPerHour: 0 });
    await ledger.contact(alice, 'email', 'alice@example.com');
    const provider = scripted('first', () => accepted, every);
    await deliver(ledger.worker([provider]), alice, await notice());
    await ledger.setPolicy({});
    expect(provider.messages).toHaveLength(1);
  });
});
