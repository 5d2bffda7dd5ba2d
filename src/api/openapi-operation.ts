import type { z } from 'zod';
import { type ErrorCode, errorCodes } from '../domain/errors';
import type { Components } from './openapi-components';
import { cloudEventTypes } from './read-cloud-events';
import type { AuthenticatedRoute, Route } from './route';

type Json = Record<string, unknown>;
type SchemaOf = Components['schemaOf'];

/** One operation of the description. */
export function operationOf(route: Route, schemaOf: SchemaOf): Json {
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    description: route.description,
    security: route.access === 'public' ? [] : route.scopes.map((scope) => ({ apiKey: [scope] })),
    ...(route.access === 'public'
      ? {}
      : { parameters: parametersOf(route, schemaOf), ...bodyOf(route, schemaOf) }),
    responses: { ...answersOf(route, schemaOf), ...problemsOf(route) },
  };
}

function parametersOf(route: AuthenticatedRoute, schemaOf: SchemaOf): Json[] {
  const headers = [
    ...(route.writes ? [idempotencyKey] : []),
    ...(route.respondsAsync === true ? [prefer] : []),
    ...(route.takesAuthority === true ? [stepUp, reason] : []),
  ];
  return [
    ...fieldsOf(route.params, 'path', schemaOf),
    ...fieldsOf(route.query, 'query', schemaOf),
    ...headers,
  ];
}

function fieldsOf(schema: z.ZodType, place: 'path' | 'query', schemaOf: SchemaOf): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, field]) => {
    const { description, ...rest } = field as Json;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes a retry safe: the same key for the same request gets the same answer. Keys are kept for a day. Without one, every request is a command of its own.',
  schema: {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,255}$',
    examples: ['8e03978e-40d5-43dd-bc93-6894a57f9324'],
  },
};

const prefer = {
  name: 'Prefer',
  in: 'header',
  required: false,
  description:
    '`respond-async` (RFC 7240): do not wait for the decision. Any other preference is ignored. `Preference-Applied` says whether it was followed.',
  schema: { type: 'string', examples: ['respond-async'] },
};

const stepUp = {
  name: 'MFAFlow-Step-Up',
  in: 'header',
  required: false,
  description: 'An assertion of this user, from a step-up or a login at most five minutes ago.',
  schema: { type: 'string' },
};

const reason = {
  name: 'MFAFlow-Reason',
  in: 'header',
  required: false,
  description: 'Why the operator does this, for the audit trail. Only for keys with the scope `operate`.',
  schema: { type: 'string', pattern: '^[\\x20-\\x7e]{1,500}$' },
};

function bodyOf(route: AuthenticatedRoute, schemaOf: SchemaOf): Json {
  if (route.body === undefined) return {};
  const content = {
    schema: schemaOf(route.body, 'input'),
    ...(route.bodyExample === undefined ? {} : { example: route.bodyExample }),
  };
  const types = route.takesCloudEvents === true ? cloudEventTypes : [route.textBody ?? 'application/json'];
  return {
    requestBody: {
      required: !route.body.safeParse({}).success,
      content: Object.fromEntries(types.map((type) => [type, content])),
    },
  };
}

const requestId = {
  description: 'Id of the request, to be found again in the log.',
  schema: { type: 'string' },
};

function answersOf(route: Route, schemaOf: SchemaOf): Json {
  return Object.fromEntries(
    Object.entries(route.responses).map(([status, { description, schema, example }]) => [
      status,
      {
        description,
        headers: { 'Request-Id': requestId, ...(status === '202' ? outcomeHeaders(route) : {}) },
        ...(schema === undefined
          ? {}
          : {
              content: {
                'application/json': {
                  schema: schemaOf(schema, 'output'),
                  ...(example === undefined ? {} : { example }),
                },
              },
            }),
      },
    ]),
  );
}

function outcomeHeaders(route: Route): Json {
  if (route.access === 'public' || route.respondsAsync !== true) return {};
  return {
    Location: { description: 'Where the outcome will be seen.', schema: { type: 'string' } },
    'Preference-Applied': { description: '`respond-async`.', schema: { type: 'string' } },
  };
}

/** Every code that the route can answer with, by status. */
function problemsOf(route: Route): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set([...usualErrors(route), ...(route.errors ?? [])])) {
    const { status } = errorCodes[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, problemOf(status, codes)]));
}

function usualErrors(route: Route): ErrorCode[] {
  if (route.access === 'public') return ['internal'];
  return [
    'unauthenticated',
    'forbidden',
    'invalid_request',
    'rate_limited',
    'unavailable',
    'internal',
    ...(route.target === undefined || route.target.optional === true ? [] : (['not_found'] as const)),
    ...(route.body === undefined ? [] : (['payload_too_large', 'unsupported_media_type'] as const)),
    ...(route.writes ? (['idempotency_mismatch', 'overloaded'] as const) : []),
  ];
}

function problemOf(status: number, codes: readonly ErrorCode[]): Json {
  const [first] = codes;
  const titles = codes.map((code) => `\`${code}\`: ${errorCodes[code].title}.`);
  return {
    description: titles.join(' '),
    headers: {
      'Request-Id': requestId,
      ...([423, 429, 503].includes(status)
        ? { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } }
        : {}),
    },
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        ...(first === undefined
          ? {}
          : {
              example: {
                type: `urn:mfaflow:error:${first}`,
                title: errorCodes[first].title,
                status,
                code: first,
                instance: 'urn:mfaflow:request:req_9sYb2Kd4Vx7LqN1m',
              },
            }),
      },
    },
  };
}
