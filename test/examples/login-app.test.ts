import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccounts, demoAccounts } from '../../examples/login-app/accounts';
import { createApp } from '../../examples/login-app/app';
import { createAssertionVerifier } from '../../examples/login-app/assertion';
import { createMfaflow } from '../../examples/login-app/mfaflow';
import { generateSync } from 'otplib';
import { codeIn, holdsCode, linkIn, newestFor } from '../handset';
import type { InboxMessage } from '../../src/embedded/inbox/message';
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
  await mfaflow.offerReturnUrl(`${url}/code/return`);
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

  /** The address of a link of the page, by what it says. */
  link(label: string): string {
    const links = [...this.page.matchAll(/<a href="([^"]+)">([^<]+)<\/a>/g)];
    return links.find(([, , text]) => text?.trim() === label)?.[1] ?? '';
  }

  /** What a button sends, by what it says. */
  button(label: string): Record<string, string> {
    const buttons = [
      ...this.page.matchAll(/<button[^>]* name="(\w+)" value="([^"]+)"[^>]*>([^<]+)<\/button>/g),
    ];
    const [, name = '', value = ''] = buttons.find(([, , , text]) => text?.trim().startsWith(label)) ?? [];
    return { [name]: value };
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

const phone = '+12025550123';
const address = 'bob@example.com';
let offset = 30_000;
const later = async (milliseconds: number): Promise<void> => system.moveClock((offset += milliseconds));

const seen = new Map<string, InboxMessage>();
/** The code that came after those that were read before. */
async function nextCode(to: string): Promise<string> {
  const message = await newestFor(system.inbox, to, seen.get(to), holdsCode);
  seen.set(to, message);
  return codeIn(message);
}

/** Presses the button behind a link of a mail. @returns where it sends the browser, within the application. */
async function redeemed(link: string): Promise<string> {
  const { pathname } = new URL(link);
  const page = await (await fetch(system.apiUrl + pathname)).text();
  const form = /name="form" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(system.apiUrl + pathname, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: system.apiUrl },
    body: new URLSearchParams({ form }),
  });
  expect(answer.status).toBe(303);
  const to = new URL(answer.headers.get('location') ?? '');
  expect(to.origin).toBe(url);
  return to.pathname + to.search;
}

const holdsTicket = ({ subject = '' }: InboxMessage): boolean => subject.startsWith('Continue');

describe('a user without an app', () => {
  const [, { name, password } = { name: '', password: '' }] = demoAccounts;
  const browser = new Browser();

  async function logIn(by: Browser): Promise<void> {
    await by.open('/login');
    await by.send('/login', { name, password });
  }

  it('sets up a phone number that a text message reaches', async () => {
    await logIn(browser);
    expect(browser.path).toBe('/enrol');
    await browser.send('/enrol/begin', { kind: 'sms', phone: '12025550123' });
    expect([browser.status, browser.page.includes('Nothing can be sent there')]).toEqual([400, true]);
    await browser.send('/enrol/begin', { kind: 'sms', phone: '+1 202 555 0123' });
    expect([browser.path, browser.page.includes('A code is on its way to')]).toEqual(['/enrol', true]);
    expect(browser.page).not.toContain(phone);
    await browser.send('/enrol/resend', {});
    expect(browser.page).toContain('Another code can be sent in a moment');
    await browser.send('/enrol', { code: await nextCode(phone) });
    const [first = ''] = browser.page.match(/[0-9a-z]{4}(?:-[0-9a-z]{4}){4}/g) ?? [];
    await browser.send('/recovery-codes/confirm', { code: first });
    expect(browser.path).toBe('/code');
    await newestFor(system.inbox, phone, undefined, ({ text }) => /recovery codes?/i.test(text));
  }, 60_000);

  it('logs in by the newest of two messages', async () => {
    expect(browser.page).toMatch(/We have sent a code to|A code is on its way to/);
    const first = await nextCode(phone);
    await browser.send('/code/resend', {});
    expect(browser.page).toContain('Another code can be sent in a moment');
    await later(31_000);
    await browser.send('/code/resend', {});
    const second = await nextCode(phone);
    await browser.send('/code', { code: first });
    expect(browser.status).toBe(401);
    await browser.send('/code', { code: second });
    expect(browser.page).toContain(`Hello, ${name}`);
  }, 60_000);

  it('adds a mailbox behind a step-up, and logs in by the link in a mail', async () => {
    await later(60_000);
    await browser.send('/step-up', { for: 'factor' });
    await browser.send('/code', { code: await nextCode(phone) });
    expect(browser.path).toBe('/enrol');
    await browser.send('/enrol/begin', { kind: 'email', address, link: 'yes' });
    await browser.send('/enrol', { code: await nextCode(address) });
    expect(browser.page).toContain(`Hello, ${name}`);

    // Five codes in ten minutes are what one user is sent.
    await later(11 * 60_000);
    const other = new Browser();
    await logIn(other);
    await other.send('/code/choose', other.button('E-mail'));
    expect(other.page).toMatch(/We have sent a code to|A code is on its way to/);
    const mail = await newestFor(system.inbox, address, seen.get(address), holdsTicket);
    const back = await redeemed(linkIn(mail));
    const stranger = new Browser();
    await stranger.open(back);
    expect(stranger.page).toContain('You began to log in elsewhere');
    await other.open(back);
    expect(other.page).toContain(`Hello, ${name}`);
  }, 60_000);
});
