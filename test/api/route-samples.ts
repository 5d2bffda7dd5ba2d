import { defaultDeliveryPolicy } from '../../src/domain/delivery-policy';
import type { Route } from '../../src/api/route';

/** A body of each route that takes one, with every field that the route knows. */
export const fullBodies: Record<string, unknown> = {
  putUser: {
    groups: ['finance'],
    locale: 'de-CH',
    defaultFactor: 'fac_none',
    preferredOrder: ['totp'],
    contacts: [{ kind: 'email', address: 'alice@example.com', verified: true }],
  },
  searchUsers: { email: 'alice@example.com', cursor: 'dXNyX25vbmU', limit: 50 },
  addContact: { kind: 'phone', address: '+442079460018', verified: true },
  changeContact: { verified: true },
  createTicket: { purpose: 'confirm-address', contactId: 'con_none', minutes: 10, send: true },
  lockUser: { reason: 'stolen' },
  unlockUser: { reason: 'checked', resetFailures: true },
  enrolFactor: {
    kind: 'totp',
    name: 'Phone',
    config: { algorithm: 'SHA1', digits: 6, period: 30 },
    replaces: 'fac_none',
  },
  confirmFactor: { code: '123456' },
  renameFactor: { name: 'Phone' },
  authenticate: {
    purpose: 'login',
    acr: 'aal1',
    maxAge: 60,
    audience: 'https://app.example',
    nonce: 'n',
    primary: 'pwd',
    session: 'mfs_none',
    context: { ip: '203.0.113.7', userAgent: 'Test/1', deviceToken: 'dev_1' },
    response: { factorId: 'fac_none', code: '123456' },
  },
  chooseFactor: { factorId: 'fac_none' },
  answer: { factorId: 'fac_none', code: '123456', context: { ip: '2001:db8::1', userAgent: 'Test/1' } },
  introspectSession: { token: 'mfs_none' },
  refreshSession: { token: 'mfs_none' },
  importUsers: {
    users: [
      {
        id: 'imported',
        groups: ['old'],
        factors: [
          {
            kind: 'totp',
            name: 'App',
            secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
            digits: 6,
            algorithm: 'SHA1',
            period: 30,
          },
        ],
      },
    ],
  },
  raiseEpoch: { scope: 'group', subject: 'finance', reason: 'stolen' },
  putDeliveryPolicy: { ...defaultDeliveryPolicy, countries: ['GB'], origin: 'shop.example' },
  rotateApiKey: { overlapSeconds: 3600 },
  createTenant: { name: 'sample' },
  changeTenant: { name: 'renamed', disabled: false },
  putMessageTemplate: {
    subject: 'Your code',
    text: '{{code}} is your code',
    html: '<p>{{code}} is your code</p>',
    version: 1,
  },
  previewMessage: {
    name: 'code',
    channel: 'email',
    locale: 'de-CH',
    template: { subject: 'Your code', text: '{{code}} is your code', html: '<p>{{code}}</p>' },
  },
  setMessageLocale: { locale: 'pt-BR' },
  sendEvents: {
    specversion: '1.0',
    id: 'a1f0',
    source: 'https://idp.example/risk',
    type: 'risk.changed',
    subject: 'nobody',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: { level: 'high', previous: 'low' },
  },
  putEventType: {
    title: 'An order was placed',
    description: 'Somebody bought something.',
    subject: 'user',
    schema: {
      type: 'object',
      required: ['channel'],
      properties: { channel: { type: 'string', enum: ['web'] } },
    },
    example: { channel: 'web' },
  },
  putEventTransmitter: {
    issuer: 'https://idp.example',
    audience: 'https://mfa.example',
    jwks: {
      keys: [
        {
          kty: 'OKP',
          kid: 'key-1',
          use: 'sig',
          key_ops: ['verify'],
          alg: 'EdDSA',
          crv: 'Ed25519',
          x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
        },
      ],
    },
  },
  createApiKey: { name: 'shop', scopes: ['audit'], expiresAt: '2099-01-01T00:00:00.000Z' },
};

/** A body of each route that takes text. */
const textBodies: Record<string, string> = {
  pushSecurityEvent: 'eyJ0eXAiOiJzZWNldmVudCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl',
};

/** Things of one tenant that paths can name. */
export interface Named {
  userId: string;
  factorId: string;
  authenticationId: string;
  sessionId: string;
  keyId: string;
  contactId?: string;
  ticketId?: string;
  deliveryId?: string;
  erasureId?: string;
  transmitterId?: string;
  type?: string;
  tenantId: string;
}

/** Of what every tenant has. */
const shipped: Readonly<Record<string, string>> = { name: 'code', channel: 'email', locale: 'en' };

/** A path of the route that names things that are there, or the given text instead of each. */
export function pathOf(route: Route, named: Named, instead?: string): string {
  return route.path.replaceAll(
    /\{(\w+)\}/g,
    (_, param: keyof Named) => instead ?? named[param] ?? shipped[param] ?? 'none',
  );
}

/** The body that the route takes, or undefined when it takes none. */
export function bodyOf(route: Route): unknown {
  if (route.access === 'public' || route.body === undefined) return undefined;
  return fullBodies[route.operationId] ?? textBodies[route.operationId];
}
