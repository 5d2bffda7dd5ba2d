import type { CallbackRequest, OutboundMessage } from '../../src/delivery/provider';
import { PATIENCE_MS, submitInto, type ProviderFixture } from './provider-fixture';

/** Every provider passes this suite. */
export function describeProvider(name: string, create: () => Promise<ProviderFixture>): void {
  describe(`as a provider, ${name}`, () => {
    let fixture: ProviderFixture;
    beforeEach(async () => {
      fixture = await create();
    });
    afterEach(async () => {
      await fixture.close();
    });

    const submit = (message: OutboundMessage) =>
      fixture.provider.submit(message, AbortSignal.timeout(PATIENCE_MS));

    it('has a contract of plain data, with a name that labels metrics', () => {
      const { contract } = fixture.provider;
      expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
      expect(contract.name).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
      expect(contract.label).not.toBe('');
      expect(contract.channels.length).toBeGreaterThan(0);
    });

    it('hands a message over whole', async () => {
      const message = fixture.message();
      expect(await submit(message)).toMatchObject({ outcome: 'accepted' });
      const [arrived = '', ...more] = fixture.arrived(message.to);
      expect(arrived.replaceAll(/(?<=\d), (?=\d)/g, '')).toContain(message.text);
      expect(more).toEqual([]);
    });

    it('makes one message of a key that comes twice where it says so, and two where it does not', async () => {
      const message = fixture.message();
      const [first, second] = [await submit(message), await submit(message)];
      const honours = fixture.provider.contract.honoursIdempotencyKey;
      expect(fixture.arrived(message.to)).toHaveLength(honours ? 1 : 2);
      expect([first.outcome, second.outcome]).toEqual(['accepted', 'accepted']);
      if (honours) expect(second).toEqual(first);
    });

    it('tells each fault for what it is, and certainly not only of what did not arrive', async () => {
      for (const [name, fault] of Object.entries(fixture.faults)) {
        const message = fixture.message();
        const submission = await submitInto(fixture, fault, message);
        expect({ name, ...submission }).toMatchObject({ name, ...fault.becomes });
        expect({ name, arrived: fixture.arrived(message.to).length }).toEqual({
          name,
          arrived: fault.arrives,
        });
        if (fault.arrives === 1) expect(submission.outcome).toBe('uncertain');
      }
    });

    it('keeps address, text and secrets out of what it tells', async () => {
      for (const fault of Object.values(fixture.faults)) {
        const message = fixture.message({ text: 'Your code is 824613.' });
        const told = JSON.stringify(await submitInto(fixture, fault, message));
        for (const secret of [message.to, '824613', ...fixture.secrets]) expect(told).not.toContain(secret);
        expect(told.length).toBeLessThan(200);
      }
    });

    it('sends nothing when there is no time left', async () => {
      const message = fixture.message();
      expect(await fixture.provider.submit(message, AbortSignal.abort())).toMatchObject({
        outcome: 'failed',
      });
      expect(fixture.arrived(message.to)).toEqual([]);
    });

    it('takes the next message after a fault', async () => {
      await submitInto(fixture, fixture.faults.hangs, fixture.message());
      expect(await submit(fixture.message())).toMatchObject({ outcome: 'accepted' });
    });

    it('speaks to nobody about an address that is none', async () => {
      const { channel } = fixture.message();
      const phones = [
        '',
        '4915112345678',
        '+0151123456',
        '+49151\n123456',
        '+491511234567890123',
        '+49 151 123456',
      ];
      const mails = [
        ...['', 'nobody', 'a@b@example.com', 'a,b@example.com', 'a b@example.com', '"a"@example.com'],
        ...[
          'a@example.com\nBcc: b@example.com',
          'a@example.com\r\n.\r\n',
          'a(comment)@example.com',
          '<a@example.com>',
        ],
        ...[
          'a@example.com, b@example.com',
          `${'a'.repeat(250)}@example.com`,
          'a\u200b@example.com',
          'a@-example.com',
        ],
      ];
      for (const to of channel === 'email' ? mails : phones) {
        expect(await submit(fixture.message({ to }))).toEqual({
          outcome: 'rejected',
          scope: 'address',
          code: 'address_malformed',
        });
      }
      expect(fixture.contacts()).toBe(0);
    });

    it('speaks to nobody about a channel that it does not serve', async () => {
      const { channels } = fixture.provider.contract;
      for (const channel of (['sms', 'voice', 'email'] as const).filter((one) => !channels.includes(one))) {
        expect(await submit(fixture.message({ channel }))).toMatchObject({
          outcome: 'rejected',
          scope: 'provider',
        });
      }
      expect(fixture.contacts()).toBe(0);
    });

    it('speaks to nobody about a subject that would end its line', async () => {
      const message = fixture.message({ subject: 'Your code\r\nBcc: mallory@example.com' });
      expect(await submit(message)).toMatchObject({ outcome: 'rejected', scope: 'provider' });
      expect(fixture.contacts()).toBe(0);
    });

    describe('reading what is reported to it', () => {
      async function reported() {
        const { callbacks, provider } = fixture;
        expect(callbacks !== undefined).toBe('readCallback' in provider);
        if (callbacks === undefined) return undefined;
        const message = fixture.message({
          callbackUrl: `https://mfa.example/callbacks/${provider.contract.name}`,
        });
        const submission = await submit(message);
        const ref = submission.outcome === 'accepted' ? (submission.ref ?? '') : '';
        expect(ref).not.toBe('');
        return {
          callbacks,
          read: (request: CallbackRequest) => provider.readCallback?.(request),
          message,
          ref,
        };
      }

      it('believes the provider, and knows the message by its ref and by its key', async () => {
        const told = await reported();
        if (told === undefined) return;
        expect(told.read(told.callbacks.genuine(told.ref, told.message))).toEqual([
          expect.objectContaining({
            ref: told.ref,
            idempotencyKey: told.message.idempotencyKey,
            status: 'delivered',
          }),
        ]);
      });

      it('believes nobody else', async () => {
        const told = await reported();
        if (told === undefined) return;
        const { genuine, forged, misdirected, altered } = told.callbacks;
        const whole = genuine(told.ref, told.message);
        const without = (header: string): CallbackRequest => ({
          ...whole,
          headers: Object.fromEntries(Object.entries(whole.headers).filter(([name]) => name !== header)),
        });
        const withBody = (body: string | Buffer): CallbackRequest => ({ ...whole, body: Buffer.from(body) });
        const signing = Object.keys(whole.headers).filter((header) => /^x-|^webhook-/.test(header));
        expect(signing).not.toEqual([]);
        const hostile = [
          ...[forged, misdirected, altered].map((make) => make(told.ref, told.message)),
          ...signing.map(without),
          ...['', '{"status":', 'a=b&a=c', Buffer.from([0xff, 0xfe, 0x00])].map(withBody),
          withBody(Buffer.concat([whole.body, Buffer.from(' ')])),
          { ...whole, headers: {} },
        ];
        for (const request of hostile) expect(told.read(request)).toBe('forged');
      });
    });
  });
}
