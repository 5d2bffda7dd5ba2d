import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { isHttps, securityHeaders } from '../../src/api/security-headers';
import { startSystem, type RunningSystem } from '../running-system';

describe('the security headers', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function headersWith(options: Parameters<typeof securityHeaders>[0]): Promise<Headers> {
    const app = express().use(securityHeaders(options), (_request, response) => void response.end());
    const server = createServer(app).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return answer.headers;
  }

  it('allow nothing by default', async () => {
    const headers = await headersWith({ https: false });
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('tell a browser to stay with https where the service is reached by it, and only there', async () => {
    expect((await headersWith({ https: true })).get('strict-transport-security')).toBe('max-age=31536000');
    expect((await headersWith({ https: false })).get('strict-transport-security')).toBeNull();
    expect([isHttps('https://mfa.example'), isHttps('http://127.0.0.1:3000')]).toEqual([true, false]);
  });

  it('allow a page what it is given', async () => {
    const headers = await headersWith({
      https: true,
      contentSecurityPolicy: { defaultSrc: ["'none'"], scriptSrc: ["'self'"] },
    });
    expect(headers.get('content-security-policy')).toBe("default-src 'none';script-src 'self'");
  });
});

describe('every answer', () => {
  let system: RunningSystem;

  beforeAll(async () => {
    system = await startSystem({ MFAFLOW_ISSUER: 'https://mfa.example' });
  }, 60_000);
  afterAll(() => system.stop());

  it.each([
    ['of the API', () => `${system.apiUrl}/healthz`],
    ['of the API that is a problem', () => `${system.apiUrl}/v1/users`],
    ['of the API to a path that nobody declared', () => `${system.apiUrl}/nowhere`],
    ['of the API to a path that cannot be read', () => `${system.apiUrl}/%E0%A4%A`],
    ['of the codec server', () => `${system.codecUrl}/nowhere`],
    ['of the test mode', () => `${system.testUrl}/test/clock`],
  ])('%s has them and is kept nowhere', async (_, urlOf) => {
    const { headers } = await fetch(urlOf());
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBe(
      urlOf().startsWith(system.testUrl) ? null : 'max-age=31536000',
    );
  });
});
