import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Sources by directive of a Content-Security-Policy, by their names in camel case: `scriptSrc`. */
export type ContentSecurityPolicy = Readonly<Record<string, readonly string[]>>;

/** Of answers that no browser has to show: nothing is loaded, framed, submitted or based anywhere. */
const nothing: ContentSecurityPolicy = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };

/**
 * The security headers of an answer (OWASP ASVS 5.0 V3.4).
 *
 * @param options.https whether the service is reached by https: only then a browser is told to stay with it (RFC 6797 §7.2)
 */
export function securityHeaders(options: {
  https: boolean;
  contentSecurityPolicy?: ContentSecurityPolicy;
}): RequestHandler {
  const policy = options.contentSecurityPolicy ?? nothing;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(Object.entries(policy).map(([name, sources]) => [name, [...sources]])),
    },
    strictTransportSecurity: options.https && { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
}

/** Whether the public URL of the service is one of https. */
export const isHttps = (publicUrl: string): boolean => new URL(publicUrl).protocol === 'https:';
