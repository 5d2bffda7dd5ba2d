import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { factorContracts } from '../../factors/catalogue';
import { schemaFaults } from '../../domain/json-schema';
import { qrSvg } from '../../factors/totp/qr-code';
import { listFactors, readFactor, type ShownFactorRow } from '../../persistence/factor-repository';
import type { FactorResult } from '../../workflows/messages';
import { viewChallengeState } from '../challenge-state';
import { readEnrolmentAddress } from '../enrolment-address';
import { InvalidRequest } from '../invalid-request';
import { assertionOf, isMintable } from '../present-grant';
import { route, type RouteCall } from '../route';
import { sealCode } from '../sealed-code';
import {
  confirmationView,
  enrolInput,
  enrolledExample,
  enrolmentView,
  factorExample,
  factorView,
  viewFactor,
} from '../schemas/factors';
import { codeField, factorIdField, nameField, userIdField } from '../schemas/fields';
import { openRecord } from '../sealed-record';
import { userParams, userTarget } from './users';

const factorParams = z.strictObject({ userId: userIdField, factorId: factorIdField });
const readers = ['authenticate', 'manage-users', 'operate'] as const;
const changers = ['manage-users', 'operate'] as const;
const stepUp =
  'Needs `MFAFlow-Step-Up` with an assertion of the user that is at most five minutes old, or `MFAFlow-Reason` and a key with the scope `operate`';

type UserCall = RouteCall<unknown, unknown, unknown>;

async function shown(call: UserCall, factorId: string): Promise<ShownFactorRow> {
  const row = await readFactor(call.parts.pool, call.caller.tenantId, call.user.userId, factorId);
  if (row === undefined) throw new MfaError('not_found');
  return row;
}

async function view(call: UserCall, row: ShownFactorRow): Promise<z.output<typeof factorView>> {
  return viewFactor(row, await openRecord(call, row.factor_id, row.material));
}

/** @throws InvalidRequest naming what of the configuration the kind does not know */
function assertConfig(kind: string, config: Record<string, unknown>): void {
  const schema = factorContracts.get(kind)?.enrolmentConfig;
  const faults = schema === undefined ? [] : schemaFaults(schema, config, '/config');
  if (faults.length > 0) throw new InvalidRequest(faults);
}

const enrol = route({
  method: 'post',
  path: '/v1/users/{userId}/factors',
  operationId: 'enrolFactor',
  tag: 'Factors',
  summary: 'Enrol a factor',
  description: `The factor counts nothing until it is confirmed, within ten minutes. ${stepUp}, unless the user has no factor yet. Recovery codes need another factor beside them. A kind whose codes travel is sent its first one at once: \`challenge\` says how it fares. A \`temporary-pass\` is issued by an operator alone, counts at once and ends by itself.`,
  scopes: changers,
  target: userTarget,
  writes: true,
  limited: true,
  takesAuthority: true,
  params: userParams,
  body: enrolInput,
  bodyExample: { kind: 'totp', name: 'Phone' },
  responses: {
    201: {
      description: 'Pending, with what the user is to be shown; a temporary pass is active.',
      schema: factorView,
      example: enrolledExample,
    },
  },
  errors: [
    'step_up_required',
    'step_up_stale',
    'user_locked',
    'conflict',
    'factor_limit_reached',
    'not_found',
  ],
  async handle(call) {
    const { kind, name, replaces } = call.body;
    const { config, address, rest } = readEnrolmentAddress(call.parts, kind, call.body.config ?? {});
    assertConfig(kind, config);
    const authority = await call.authority();
    const { result } = await call.lifecycle('enrol', {
      kind,
      config: rest,
      ...(address === undefined ? {} : { sealedAddress: sealCode(call, address) }),
      ...(name === undefined ? {} : { name }),
      ...(replaces === undefined ? {} : { replaces }),
      ...(authority === undefined ? {} : { authority }),
    });
    const row = await readFactor(call.parts.pool, call.caller.tenantId, call.user.userId, result.factorId);
    // A late retry: the enrolment was given up or removed meanwhile.
    if (row === undefined)
      return { status: 201, body: { id: result.factorId, kind: result.kind, status: 'removed' } };
    const disclosure =
      row.disclosure === null ? undefined : await openRecord(call, row.factor_id, row.disclosure);
    return {
      status: 201,
      body: {
        ...viewFactor(row),
        ...challengeOf(result),
        ...(isEmpty(disclosure) ? {} : { enrolment: viewEnrolment(disclosure) }),
      },
    };
  },
});

/** A kind whose codes travel discloses nothing. */
function isEmpty(disclosure: unknown): boolean {
  return disclosure === undefined || Object.keys(disclosure as object).length === 0;
}

function challengeOf({ challenge }: FactorResult): Pick<z.output<typeof factorView>, 'challenge'> {
  if (challenge === undefined) return {};
  const { delivery, resendAt } = challenge;
  const state = { ...(delivery && { delivery }), ...(resendAt !== undefined && { resendAt }) };
  return { challenge: viewChallengeState(state) };
}

function viewEnrolment(disclosure: unknown): z.output<typeof enrolmentView> {
  const shownOnce = enrolmentView.parse(disclosure);
  const { otpauthUri } = shownOnce;
  return otpauthUri === undefined ? shownOnce : { ...shownOnce, qrSvg: qrSvg(otpauthUri) };
}

const confirm = route({
  method: 'post',
  path: '/v1/users/{userId}/factors/{factorId}/confirm',
  operationId: 'confirmFactor',
  tag: 'Factors',
  summary: 'Confirm a factor by its first code',
  description:
    'From then on it counts, and a factor that it replaces is gone. A wrong code is a 200 with `reason: wrong_code` and counts as a failure of the user.',
  scopes: changers,
  target: userTarget,
  writes: true,
  limited: true,
  takesAuthority: true,
  params: factorParams,
  body: z.strictObject({ code: codeField }).meta({ id: 'ConfirmationRequest' }),
  bodyExample: { code: '492039' },
  responses: {
    200: {
      description: 'Confirmed, or why not.',
      schema: confirmationView,
      example: {
        id: factorExample.id,
        kind: 'totp',
        status: 'active',
        offer: ['recovery-code'],
        assertion: 'eyJhbGciOi…',
      },
    },
  },
  errors: [
    'factor_not_pending',
    'factor_limit_reached',
    'enrolment_expired',
    'try_later',
    'user_locked',
    'step_up_required',
    'step_up_stale',
    'not_found',
  ],
  async handle(call) {
    const { parts, caller, user, params } = call;
    const authority = await call.authority();
    const { result, stale } = await call.lifecycle('confirm', {
      factorId: params.factorId,
      sealedCode: sealCode(call, call.body.code),
      ...(authority === undefined ? {} : { authority }),
    });
    const { proof } = result;
    const mintable = proof !== undefined && !stale && isMintable(proof.grant, call.now);
    return {
      status: 200,
      body: {
        id: result.factorId,
        kind: result.kind,
        status: result.status,
        ...(result.reason === undefined ? {} : { reason: result.reason }),
        ...(result.retryAfter === undefined ? {} : { retryAfter: result.retryAfter }),
        ...(result.offer === undefined ? {} : { offer: result.offer }),
        ...(mintable
          ? {
              assertion: await assertionOf(parts, proof.grant, {
                authenticationId: proof.authenticationId,
                purpose: 'step-up',
                tenantName: caller.tenantName,
                externalId: user.externalId,
              }),
            }
          : {}),
      },
    };
  },
});

const resend = route({
  method: 'post',
  path: '/v1/users/{userId}/factors/{factorId}/resend',
  operationId: 'resendConfirmationCode',
  tag: 'Factors',
  summary: 'Send another code to confirm a factor',
  description:
    'Of a pending factor whose codes travel. Replaces the code: the one before is wrong from then on. Possible from `challenge.resendAt` on, which moves further away each time, and five times at most. Failures that were counted stay counted.',
  scopes: changers,
  target: userTarget,
  writes: true,
  limited: true,
  params: factorParams,
  responses: {
    200: {
      description: 'Pending, with how the code fares.',
      schema: factorView,
      example: {
        id: factorExample.id,
        kind: 'sms',
        status: 'pending',
        name: '+•••18',
        challenge: { delivery: 'delivering', resendAt: '2026-11-24T10:15:30.000Z' },
      },
    },
  },
  errors: ['conflict', 'factor_not_pending', 'enrolment_expired', 'try_later', 'user_locked', 'not_found'],
  async handle(call) {
    const { factorId } = call.params;
    const { result } = await call.lifecycle('resend', { factorId });
    const row = await shown(call, factorId);
    return { status: 200, body: { ...viewFactor(row), ...challengeOf(result as FactorResult) } };
  },
});

const list = route({
  method: 'get',
  path: '/v1/users/{userId}/factors',
  operationId: 'listFactors',
  tag: 'Factors',
  summary: 'List the factors of a user',
  description: 'Confirmed ones and those that wait for it, oldest first.',
  scopes: readers,
  target: userTarget,
  writes: false,
  params: userParams,
  responses: {
    200: {
      description: 'The factors.',
      schema: z.strictObject({ factors: z.array(factorView) }).meta({ id: 'FactorList' }),
      example: { factors: [factorExample] },
    },
  },
  async handle(call) {
    const rows = await listFactors(call.parts.pool, call.caller.tenantId, call.user.userId);
    return { status: 200, body: { factors: await Promise.all(rows.map((row) => view(call, row))) } };
  },
});

const read = route({
  method: 'get',
  path: '/v1/users/{userId}/factors/{factorId}',
  operationId: 'getFactor',
  tag: 'Factors',
  summary: 'Read a factor',
  description: 'Never with its secret.',
  scopes: readers,
  target: userTarget,
  writes: false,
  params: factorParams,
  responses: { 200: { description: 'The factor.', schema: factorView, example: factorExample } },
  async handle(call) {
    return { status: 200, body: await view(call, await shown(call, call.params.factorId)) };
  },
});

const rename = route({
  method: 'patch',
  path: '/v1/users/{userId}/factors/{factorId}',
  operationId: 'renameFactor',
  tag: 'Factors',
  summary: 'Rename a factor',
  description: 'The name is for people; nothing is decided by it.',
  scopes: changers,
  target: userTarget,
  writes: true,
  limited: true,
  params: factorParams,
  body: z.strictObject({ name: nameField }).meta({ id: 'FactorName' }),
  bodyExample: { name: 'Work phone' },
  responses: { 200: { description: 'Renamed.', schema: factorView, example: factorExample } },
  async handle(call) {
    await call.lifecycle('rename', { factorId: call.params.factorId, name: call.body.name });
    return { status: 200, body: await view(call, await shown(call, call.params.factorId)) };
  },
});

const remove = route({
  method: 'delete',
  path: '/v1/users/{userId}/factors/{factorId}',
  operationId: 'removeFactor',
  tag: 'Factors',
  summary: 'Remove a factor',
  description: `${stepUp}. A pending factor needs neither.`,
  scopes: changers,
  target: userTarget,
  writes: true,
  limited: true,
  takesAuthority: true,
  params: factorParams,
  responses: {
    200: {
      description: 'Removed.',
      schema: factorView,
      example: { id: factorExample.id, kind: 'totp', status: 'removed' },
    },
  },
  errors: ['step_up_required', 'step_up_stale', 'user_locked'],
  async handle(call) {
    const authority = await call.authority();
    const { result } = await call.lifecycle('remove', {
      factorId: call.params.factorId,
      ...(authority === undefined ? {} : { authority }),
    });
    return { status: 200, body: { id: result.factorId, kind: result.kind, status: result.status } };
  },
});

export const factorRoutes = [list, enrol, read, rename, remove, confirm, resend];
