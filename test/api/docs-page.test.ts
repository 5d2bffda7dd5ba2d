import { request } from 'node:http';
import { startSystem, type RunningSystem } from '../running-system';

let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem();
}, 60_000);

afterAll(() => system.stop());

const get = (path: string, init: RequestInit = {}) =>
  fetch(system.apiUrl + path, { redirect: 'manual', ...init });

/** As it stands, where `fetch` would tidy the path up first. */
function statusOf(path: string): Promise<number> {
  const { hostname, port } = new URL(system.apiUrl);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end();
  });
}

describe('the documentation at /docs', () => {
  it('is a page without a script or style of its own inside', async () => {
    const answer = await get('/docs');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const page = await answer.text();
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=|javascript:/i);
    expect(page).not.toMatch(/https?:|\/\//);
  });

  it('has everything that it names, from this server alone', async () => {
    const page = await (await get('/docs')).text();
    const named = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThanOrEqual(5);
    const types: Record<string, RegExp> = {
      js: /^text\/javascript/,
      css: /^text\/css/,
      png: /^image\/png$/,
      json: /^application\/json/,
    };
    for (const path of named) {
      const answer = await get(new URL(path, `${system.apiUrl}/docs`).pathname);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get('content-type')).toMatch(types[path.split('.').pop()!]!);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('may load and ask this server only, run no inline script, and be framed by nobody', async () => {
    const policy = (await get('/docs')).headers.get('content-security-policy') ?? '';
    const directives = Object.fromEntries(policy.split(';').map((part) => part.trim().split(/ (.*)/)));
    expect(directives).toMatchObject({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
    });
    expect(policy).not.toMatch(/unsafe|\*|http/);
    expect((await get('/docs')).headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('asks no server elsewhere to check the description', async () => {
    const script = await (await get('/docs/start.js')).text();
    expect(script).toContain('validatorUrl: null');
    expect(script).toContain("fetch('openapi.json')");
  });

  it('is kept by a browser for a while', async () => {
    for (const path of ['/docs', '/docs/swagger-ui.css'])
      expect((await get(path)).headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  });

  it('sends /docs/ to where its relative names are right', async () => {
    const answer = await get('/docs/');
    expect(answer.status).toBe(301);
    expect(new URL(answer.headers.get('location')!, `${system.apiUrl}/docs/`).pathname).toBe('/docs');
  });

  it('answers HEAD with the headers alone, and no method that writes', async () => {
    for (const path of ['/docs', '/docs/start.js']) {
      const head = await get(path, { method: 'HEAD' });
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(100);
      const post = await get(path, { method: 'POST' });
      expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
  });

  it('gives no file that the page does not name', async () => {
    const paths = [
      'package.json',
      'index.html',
      'swagger-ui-bundle.js.map',
      'index.js',
      '../package.json',
      '../../package.json',
      '..%2fpackage.json',
      '..%2f..%2fexpress%2fpackage.json',
      '%2e%2e/package.json',
      '....//package.json',
      '..%5cpackage.json',
      '%00',
      'start.js%00.css',
      'constructor',
      '__proto__',
      'hasOwnProperty',
      '/etc/passwd',
      '%2fetc%2fpasswd',
      'swagger-ui.css/',
      'swagger-ui.css/x',
    ];
    for (const path of paths) expect([path, await statusOf(`/docs/${path}`)]).toEqual([path, 404]);
  });

  it('can be turned off', async () => {
    const without = await startSystem({ MFAFLOW_DOCS: '0' });
    for (const path of ['/docs', '/docs/', '/docs/start.js'])
      expect((await fetch(without.apiUrl + path)).status).toBe(404);
    expect((await without.call('GET', '/')).body).not.toHaveProperty('docs');
    expect((await system.call('GET', '/')).body.docs).toBe('/docs');
    await without.stop();
  }, 60_000);
});
