import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccounts, demoAccounts } from '../../examples/login-app/accounts';
import { createApp } from '../../examples/login-app/app';
import { createAssertionVerifier } from '../../examples/login-app/assertion';
import { createMfaflow } from '../../examples/login-app/mfaflow';
import { generateSync } from 'otplib';
import { startSystem, type RunningSystem } from '../running-system';

const audience = 'login-app';
let system: RunningSystem;
let server: Server;
let url: string;

beforeAll(async () => {
  system = await startSystem();
  const mfaflow = createMfaflow(system.apiUrl, system.keys.all, audience);
  const accounts = await createAccounts(demoAccounts);
  for (const { userId } of accounts.all) await mfaflow.makeUser(userId);
  const { issuer } = system.config;
  const verifyAssertion = createAssertionVerifier({ mfaflowUrl: system.apiUrl, issuer, audience });
  const app = createApp({ accounts, mfaflow, verifyAssertion });
  server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}, 60_000);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await system.stop();
});

/** A browser, as far as forms and one cookie go. */
class Browser {
  page = '';
  path = '';
  status = 0;
  private cookie = '';

  async open(path: string, form?: Record<string, string>): Promise<void> {
    const response = await fetch(url + path, {
      redirect: 'manual',
      headers: { cookie: this.cookie },
      ...(form !== undefined && { method: 'POST', body: new URLSearchParams(form) }),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';')[0]!;
    const to = response.headers.get('location');
    if (to !== null) {
      await this.open(to);
      return;
    }
    this.status = response.status;
    this.path = path;
    this.page = await response.text();
  }

  /** Sends the form of the page with what it hides in it. */
  async send(path: string, fields: Record<string, string>): Promise<void> {
    const hidden = [...this.page.matchAll(/type="hidden" name="(\w+)" value="([^"]+)"/g)];
    const given = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    await this.open(path, { ...given, ...fields });
  }
}

const secretOf = (page: string): string => /<code>([A-Z2-7 ]+)<\/code>/.exec(page)![1]!.replaceAll(' ', '');
const wrongCode = '000000';

it('takes a user from the password over the first factor to being logged in, and a wrong code nowhere', async () => {
  const [{ name, password } = { name: '', password: '' }] = demoAccounts;
  const browser = new Browser();
  await browser.open('/login');
  await browser.send('/login', { name, password: 'wrong' });
  expect([browser.path, browser.status]).toEqual(['/login', 401]);
  await browser.send('/login', { name, password });
  expect([browser.path, browser.status]).toEqual(['/enrol', 200]);
  const secret = secretOf(browser.page);

  await browser.send('/enrol', { code: wrongCode });
  expect([browser.status, browser.page.includes('That code is not right')]).toEqual([401, true]);
  await browser.send('/enrol', { code: generateSync({ secret }) });
  const [first = ''] = browser.page.match(/[0-9a-z]{4}(?:-[0-9a-z]{4}){4}/g) ?? [];
  expect(first).not.toBe('');
  await browser.send('/recovery-codes/confirm', { code: first });
  expect(browser.path).toBe('/code');

  await browser.send('/code', { code: wrongCode });
  expect([browser.status, browser.page.includes('That code is not right')]).toEqual([401, true]);
  await system.moveClock(30_000);
  await browser.send('/code', { code: generateSync({ secret, epoch: Date.now() / 1000 + 30 }) });
  expect(browser.page).toContain(`Hello, ${name}`);
}, 60_000);
