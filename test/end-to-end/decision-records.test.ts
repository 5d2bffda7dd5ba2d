import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { idempotencyKey, reason, stepUp, type Person } from './person';
import type { UserRecords } from './user-records';

type Row = Record<string, unknown>;

describe('what every decision leaves behind', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  /** Rows of one command, all of them stamped alike. */
  function traceOf(
    records: UserRecords,
    commandId: unknown,
  ): { audit: Row[]; outbox: Row[]; epochs: Set<unknown> } {
    const ofCommand = (rows: Row[]) => rows.filter((row) => row['command_id'] === commandId);
    const [commands, audit, outbox] = [
      ofCommand(records.commands),
      ofCommand(records.audit),
      ofCommand(records.outbox),
    ];
    return { audit, outbox, epochs: new Set([...commands, ...audit, ...outbox].map((row) => row['epoch'])) };
  }

  /** Runs one request and gives what it added. */
  async function addedBy(person: Person, act: () => Promise<{ status: number }>) {
    const before = await system.records(person);
    const { status } = await act();
    const after = await system.records(person);
    const commands = after.commands.filter(
      (row) => !before.commands.some((old) => old['command_id'] === row['command_id']),
    );
    return { status, after, commands };
  }

  it('is one command row, an audit entry and an event, under one command id and one epoch', async () => {
    await system.call('POST', '/v1/epochs', {
      body: { scope: 'kind', subject: 'session', reason: 'a first epoch' },
    });
    const person = await system.enrolled();
    const [code] = await person.enrolRecoveryCodes();
    const pending = await person.begin();
    const phone = person.phone!.factorId;
    const assertion = await person.stepUp();
    let second = '';
    const { token } = (await person.login()).body.session;
    const acts: [string, string, string | null, () => Promise<{ status: number; body: any }>][] = [
      ['authentication', 'approved', 'authentication.succeeded', () => person.login()],
      ['authentication', 'wrong_code', 'authentication.failed', () => person.fail()],
      ['authentication', 'wrong_code', 'authentication.failed', () => person.answer(pending, 'wrong')],
      ['authentication', 'approved', 'authentication.succeeded', () => person.answer(pending, code!)],
      ['authentication', 'pending', 'authentication.requested', () => person.authenticate()],
      [
        'factor.enrol',
        'pending',
        'enrolment.started',
        async () => {
          const enrolled = await person.call('POST', '/factors', { kind: 'totp' }, stepUp(assertion));
          second = enrolled.body.id;
          return enrolled;
        },
      ],
      ['factor.confirm', 'wrong_code', 'code.invalid', () => person.confirm(second, 'wrong')],
      ['factor.remove', 'done', 'enrolment.abandoned', () => person.call('DELETE', `/factors/${second}`)],
      ['factor.rename', 'done', null, () => person.call('PATCH', `/factors/${phone}`, { name: 'Phone' })],
      [
        'session.refresh',
        'done',
        'session.refreshed',
        () => system.call('POST', '/v1/sessions/refresh', { body: { token } }),
      ],
      ['session.revoke', 'done', 'session.revoked', () => person.call('DELETE', '/sessions')],
      ['user.lock', 'done', 'user.locked', () => person.call('POST', '/lock', { reason: 'stolen' })],
      ['user.unlock', 'done', 'user.unlocked', () => person.call('POST', '/unlock', { reason: 'found' })],
      ['user.groups', 'done', 'user.changed', () => person.call('PUT', '', { groups: ['staff'] })],
      [
        'factor.remove',
        'done',
        'factor.removed',
        () => person.call('DELETE', `/factors/${phone}`, undefined, reason('lost')),
      ],
    ];
    for (const [action, outcome, event, act] of acts) {
      const { status, after, commands } = await addedBy(person, act);
      expect([action, Math.floor(status / 100)]).toEqual([action, 2]);
      expect([action, commands.length]).toEqual([action, 1]);
      const { audit, outbox, epochs } = traceOf(after, commands[0]!['command_id']);
      expect(audit).toContainEqual(
        expect.objectContaining({ action, outcome, actor: expect.stringMatching(/^key_/) }),
      );
      if (event !== null) expect(outbox.map(({ type }) => type)).toContain(event);
      expect([...epochs]).toEqual([expect.any(Number)]);
      expect([...epochs][0]).toBeGreaterThan(0);
    }
  });

  it('is kept with the command, and nothing else, when the command comes again', async () => {
    const person = await system.enrolled();
    const headers = idempotencyKey('once');
    const body = { response: { kind: 'totp' as const, code: await person.freshCode() } };
    const first = await person.authenticate(body, headers);
    const before = await system.records(person);
    expect((await person.authenticate(body, headers)).body).toEqual(first.body);
    expect(await system.records(person)).toEqual(before);
  });

  it('is nothing at all when the decision refuses', async () => {
    const person = await system.enrolled();
    const before = await system.records(person);
    const refused = [
      await person.call('DELETE', `/factors/${person.phone!.factorId}`),
      await person.call('POST', '/factors', { kind: 'recovery-code' }),
      await person.confirm(person.phone!.factorId, '123456'),
      await person.authenticate({ response: { factorId: 'fac_unknown', code: '123456' } }),
      await person.authenticate({ purpose: 'step-up', session: 'mfs_none' }),
    ];
    for (const { status } of refused) expect(status).toBeGreaterThanOrEqual(400);
    expect(await system.records(person)).toEqual(before);
  });

  it('can be read as a timeline, with address and agent for an auditor alone', async () => {
    const person = await system.enrolled();
    const context = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0 (planted)' };
    await person.login({ context });
    const read = async (key: string) =>
      (await system.call('GET', `/v1/users/${person.id}/timeline`, { key })).body;
    const { keys } = system.running;
    const audited = await read(keys.audit);
    expect(audited.entries.map(({ action, outcome }: Row) => [action, outcome])).toEqual([
      ['authentication', 'approved'],
      ['factor.confirm', 'active'],
      ['factor.enrol', 'pending'],
      ['user.create', 'done'],
    ]);
    expect(audited.entries[0].personal).toEqual(context);
    const operated = await read(keys.operate);
    expect(operated.entries).toHaveLength(4);
    expect(JSON.stringify(operated)).not.toMatch(/203\.0\.113\.7|planted/);
    expect(
      (await system.call('GET', `/v1/users/${person.id}/timeline`, { key: keys.authenticate })).status,
    ).toBe(403);
    const records = JSON.stringify(await system.records(person));
    expect(records).not.toMatch(/203\.0\.113\.7|planted/);
  });
});
