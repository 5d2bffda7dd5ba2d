import { errorCodes } from '../domain/errors';
import { securityEventFaults } from '../security/security-event-fault';
import { createComponents } from './openapi-components';
import { operationOf } from './openapi-operation';
import type { Route } from './route';

type Json = Record<string, unknown>;

const about = `MFA for your application. You keep users and passwords; after your password check, ask mfaflow, and let the user in on \`approved\`.

- **Errors** are problem details (RFC 9457) with a stable \`code\` to branch on; docs/errors.md says what to do about each. A wrong code of a user is no error.
- **Retries**: send an \`Idempotency-Key\` with every write, and the same one when you send it again. The same command then gets the same answer; another request under the key is refused with \`idempotency_mismatch\`. Failures are not remembered: after a 429 or a 503 wait for \`Retry-After\` and send it again.
- **Ids** of another tenant answer as unknown ones do, with 404.
- **Times** are RFC 3339 in UTC; \`retryAfter\` is in seconds.`;

const tags = [
  { name: 'Users', description: 'The people of a tenant, by its own ids.' },
  { name: 'Contacts', description: 'E-mail addresses and phone numbers of a user, kept sealed.' },
  { name: 'Factors', description: 'What a user has enrolled.' },
  { name: 'Authentications', description: 'Logins and step-ups.' },
  { name: 'Sessions', description: 'What a login leaves behind.' },
  { name: 'Messages', description: 'What was sent, by whom, and how it may travel.' },
  { name: 'Tickets', description: 'One-time links.' },
  { name: 'Epochs', description: 'Refusing all that was issued before, at once.' },
  { name: 'Events', description: 'What happened, here and elsewhere.' },
  { name: 'API keys', description: 'Keys of the tenant and what they may do.' },
  { name: 'Tenants', description: 'The tenants of the deployment, for who runs it.' },
  { name: 'Service', description: 'For anybody, without a key.' },
];

/** The description of the API (OpenAPI 3.1), made from the routes that it describes. */
export function openApiDocument(routes: readonly Route[], serverUrl: string): Json {
  const components = createComponents();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, components.schemaOf) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'mfaflow',
      version: '1',
      description: about,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl }],
    tags,
    paths,
    components: {
      securitySchemes: {
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key (`mfk_…`). Each operation lists the scopes of which the key needs one.',
        },
      },
      schemas: { ...components.all(), Problem: problemSchema },
    },
  };
}

const problemSchema = {
  type: 'object',
  description: 'Problem details (RFC 9457). Nothing in it repeats what was sent.',
  required: ['type', 'title', 'status', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri', examples: ['urn:mfaflow:error:invalid_request'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errorCodes) },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri', description: "The request's id, for the log." },
    err: {
      type: 'string',
      enum: [...securityEventFaults],
      description: 'Of a security event token that is refused (RFC 8935 §2.4).',
    },
    description: { type: 'string', description: 'Beside `err`: the same as `detail`.' },
    errors: {
      type: 'array',
      description:
        'What is wrong where: a JSON pointer into the body, or one that starts with /path or /query.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};
