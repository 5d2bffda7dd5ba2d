import { createHmac, timingSafeEqual } from 'node:crypto';

/** Cookies that say for an hour which tenant a browser may read for, signed so that nobody makes their own. */
export interface LoginCookies {
  /** The value of `Set-Cookie`. */
  issue(tenantId: string): string;
  /** The tenant of the cookie in a `Cookie` header; undefined if there is none, or it is altered or expired. */
  read(header: string | undefined): string | undefined;
}

const cookieName = 'mfaflow_codec';
const found = new RegExp(
  `(?:^|;\\s*)${cookieName}=([A-Za-z0-9_-]+)\\.(\\d{1,15})\\.([A-Za-z0-9_-]{43})(?:;|$)`,
);

/** @param options.seconds how long one is good for */
export function createLoginCookies(options: { key: Buffer; secure: boolean; seconds: number }): LoginCookies {
  const signature = (signed: string): Buffer =>
    createHmac('sha256', options.key).update(`codec-login|${signed}`, 'utf8').digest();

  return {
    issue(tenantId) {
      const expiresAt = Math.floor(Date.now() / 1000) + options.seconds;
      const signed = `${Buffer.from(tenantId, 'utf8').toString('base64url')}.${expiresAt}`;
      const value = `${signed}.${signature(signed).toString('base64url')}`;
      return `${cookieName}=${value}; Max-Age=${options.seconds}; ${attributes(options.secure)}`;
    },

    read(header) {
      const [, tenant, expiresAt, given] = found.exec(header ?? '') ?? [];
      if (tenant === undefined || expiresAt === undefined || given === undefined) return undefined;
      if (!timingSafeEqual(signature(`${tenant}.${expiresAt}`), Buffer.from(given, 'base64url')))
        return undefined;
      if (Number(expiresAt) * 1000 <= Date.now()) return undefined;
      return Buffer.from(tenant, 'base64url').toString('utf8');
    },
  };
}

/** The value of `Set-Cookie` that ends a login. */
export function clearedLoginCookie(secure: boolean): string {
  return `${cookieName}=; Max-Age=0; ${attributes(secure)}`;
}

// Strict still reaches us from the Temporal UI: another port of the same host is the same site.
function attributes(secure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}
