import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InboxMessage } from '../../src/embedded/inbox/message';
import type { ReadyFile } from '../../src/embedded/ready-file';
import { codeIn, holdsCode } from '../handset';
import { startSystem, type System } from './running-system';

const phone = '+12025550123';

describe('the inbox of the one command', () => {
  let folder = '';
  let system: System;
  let ready: ReadyFile;
  let seen = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mfaflow-inbox-'));
    const smtp = { MFAFLOW_SMTP_URL: 'smtp://127.0.0.1:9', MFAFLOW_SMTP_FROM: 'mfa@example.com' };
    system = startSystem({ dataDir: join(folder, 'data'), env: { ...smtp, MFAFLOW_TEST_MODE: '1' } });
    ready = await system.ready();
  }, 120_000);

  afterAll(async () => {
    system.child.kill('SIGTERM');
    await system.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: object): Promise<{ status: number; body: any }> {
    const response = await fetch(ready.apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${ready.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  }

  const page = async (): Promise<string> => (await fetch(ready.inboxUrl)).text();
  /** As a script reads it: by the key of the ready file. */
  async function messages(): Promise<InboxMessage[]> {
    const headers = { authorization: `Bearer ${ready.inboxKey}` };
    const answer = await fetch(`${ready.inboxUrl}/messages.json`, { headers });
    return ((await answer.json()) as { messages: InboxMessage[] }).messages;
  }
  /** The code of a message that came after those that were read before. */
  async function nextCode(to: string): Promise<string> {
    for (;;) {
      const found = (await messages()).find((message) => message.to === to && holdsCode(message));
      if (found !== undefined && found.sequence > seen) {
        seen = found.sequence;
        return codeIn(found);
      }
      await sleep(50);
    }
  }
  function kill(program: 'worker' | 'server'): void {
    const record = readFileSync(join(folder, 'data', `${program}.pid`), 'utf8');
    process.kill((JSON.parse(record) as { pid: number }).pid, 'SIGKILL');
  }

  it('has its address printed, and takes the channels that no provider is set up for', async () => {
    expect(system.output()).toContain(`Inbox         ${ready.inboxUrl}`);
    expect(await page()).toContain('Nothing has arrived yet.');
    const { body } = await call('GET', '/v1/providers');
    expect(body.providers).toMatchObject([
      { name: 'smtp', channels: ['email'] },
      { name: 'inbox', channels: ['sms', 'voice'] },
    ]);
  });

  it('shows the code of an enrolment, which confirms it', async () => {
    await call('PUT', '/v1/users/alice', {});
    const { body } = await call('POST', '/v1/users/alice/factors', { kind: 'sms', config: { phone } });
    const code = await nextCode(phone);
    expect(await page()).toContain(code);
    const confirmed = await call('POST', `/v1/users/alice/factors/${body.id}/confirm`, { code });
    expect(confirmed.body).toMatchObject({ status: 'active' });
  }, 60_000);

  it('loses nothing when worker and API are killed under a login, and its page goes on', async () => {
    const { body } = await call('POST', '/v1/users/alice/authentications', { primary: 'pwd' });
    kill('worker');
    kill('server');
    expect(await page()).toContain(phone);
    while (
      (await fetch(`${ready.apiUrl}/readyz`).then(
        ({ status }) => status,
        () => 0,
      )) !== 200
    )
      await sleep(50);
    const code = await nextCode(phone);
    const answered = await call('POST', `/v1/authentications/${body.id}/answer`, { code });
    expect(answered.body).toMatchObject({ status: 'approved' });
  }, 90_000);
});
