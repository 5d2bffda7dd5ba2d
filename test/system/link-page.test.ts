import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiUser } from '../api/api-user';
import { loginByLink } from '../api/link-page/tickets-of';
import { Visitor } from '../api/link-page/visitor';
import { startSystem, type RunningSystem } from '../running-system';
import { Browser } from './browser';

/** Relative luminance and contrast (WCAG 2.2, definitions). */
function contrast(...colours: [string, string]): number {
  const [lighter = 0, darker = 0] = colours
    .map((colour) => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((one, other) => other - one);
  return (lighter + 0.05) / (darker + 0.05);
}

describe('the link page in a browser that runs no script', () => {
  let system: RunningSystem;
  let browser: Browser;
  let visitor: Visitor;
  let application: Server;
  const arrivals: { url: string; referer: string | undefined }[] = [];

  beforeAll(async () => {
    system = await startSystem();
    visitor = new Visitor(system);
    browser = await Browser.start();
    application = createServer((request, response) => {
      if (request.url?.startsWith('/done') === true)
        arrivals.push({ url: request.url, referer: request.headers.referer });
      response.setHeader('content-type', 'text/html').end('<title>shop</title>');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => application.once('listening', resolve));
  });
  afterAll(async () => {
    await browser.stop();
    application.close();
    await system.stop();
  });

  async function confirmation(): Promise<{ url: string; isVerified: () => Promise<boolean> }> {
    const user = await ApiUser.create(system);
    const contact = await system.call('POST', user.path('/contacts'), {
      body: { kind: 'email', address: 'alice@example.com' },
    });
    const { body } = await system.call('POST', user.path('/tickets'), {
      body: { purpose: 'confirm-address', contactId: contact.body.id },
    });
    return {
      url: visitor.at(body.url),
      isVerified: async () => (await system.call('GET', user.path('/contacts'))).body.contacts[0].verified,
    };
  }

  it('confirms an address by one click', async () => {
    const { url, isVerified } = await confirmation();
    const tab = await browser.openTab();
    await tab.open(url);
    expect(await tab.html()).toContain('a•••@example.com');
    expect(await isVerified()).toBe(false);
    await tab.loaded(() => tab.click('button'));
    expect(await tab.html()).toContain('Your address is confirmed');
    expect(await isVerified()).toBe(true);
    await tab.open(url);
    expect(await tab.html()).toContain('This link is not valid any more');
    expect(tab.complaints).toEqual([]);
  });

  it('is done by the keyboard alone', async () => {
    const { url, isVerified } = await confirmation();
    const tab = await browser.openTab();
    await tab.open(url);
    await tab.pressKey('Tab');
    await tab.loaded(() => tab.pressKey('Enter'));
    expect(await tab.html()).toContain('Your address is confirmed');
    expect(await isVerified()).toBe(true);
  });

  it.each(['light', 'dark'] as const)('is easy to read in %s colours', async (colours) => {
    const { url } = await confirmation();
    const tab = await browser.openTab(colours);
    await tab.open(url);
    const ground = await tab.computed('main', 'background-color');
    for (const selector of ['h1', 'p:not([class])', '.until', '.from'])
      expect(contrast(await tab.computed(selector, 'color'), ground)).toBeGreaterThan(7);
    const button = [await tab.computed('button', 'color'), await tab.computed('button', 'background-color')];
    expect(contrast(button[0]!, button[1]!)).toBeGreaterThan(7);
    expect(Number.parseFloat(await tab.computed('button', 'height'))).toBeGreaterThanOrEqual(48);
    expect(tab.complaints).toEqual([]);
  });

  it('takes a login back to the application that began it, which learns nothing of the link', async () => {
    const { port } = application.address() as AddressInfo;
    await system.pool.query(`UPDATE tenants SET policy = jsonb_set(policy, '{delivery}', $1)`, [
      JSON.stringify({ returnUrl: `http://127.0.0.1:${String(port)}/done` }),
    ]);
    const user = await ApiUser.enrolled(system);
    const login = await loginByLink(system, user);
    const tab = await browser.openTab();
    await tab.open(visitor.at(login.url));
    await tab.loaded(() => tab.click('button'));
    const address = new URL(await tab.address());
    expect([address.port, address.pathname]).toEqual([String(port), '/done']);
    expect(address.searchParams.get('authentication')).toBe(login.authenticationId);
    expect(address.searchParams.get('code')).toMatch(/^\d{6}$/);
    expect(arrivals).toEqual([{ url: address.pathname + address.search, referer: undefined }]);
    expect(tab.complaints).toEqual([]);
  });

  it('does nothing when a form of another site is sent to it', async () => {
    const { url, isVerified } = await confirmation();
    const { page } = await visitor.open(url);
    const form = /value="([^"]+)"/.exec(page)?.[1] ?? '';
    const evil = createServer((_request, response) => {
      const markup = `<form method="post" action="${url}"><input name="form" value="${form}"><button>win</button></form>`;
      response.setHeader('content-type', 'text/html').end(markup);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => evil.once('listening', resolve));
    const tab = await browser.openTab();
    await tab.open(`http://127.0.0.1:${String((evil.address() as AddressInfo).port)}/`);
    await tab.loaded(() => tab.click('button'));
    evil.close();
    expect(await tab.html()).toContain('Please open the link again');
    expect(await isVerified()).toBe(false);
  });
});
