import { z } from 'zod';
import { MfaError } from '../../domain/errors';
import { findTransmitter } from '../../persistence/event-transmitter-repository';
import { readSecurityEvent } from '../../security/security-event-token';
import { route } from '../route';
import { transmitterParams } from '../schemas/event-transmitters';
import { orProblem } from '../security-event-problem';
import { takeSecurityEvent } from '../take-security-event';

const push = route({
  method: 'post',
  path: '/v1/security-events/{transmitterId}',
  operationId: 'pushSecurityEvent',
  tag: 'Events',
  summary: 'Push a security event token',
  description:
    'Where an identity provider pushes what happened to accounts (RFC 8417, RFC 8935): the types of OpenID CAEP and RISC. The token is verified by the issuer, the audience and the keys of the transmitter. Pushed again it is taken again and does nothing; of a user whom the tenant does not have, the answer is the same. A refusal has `err` and `description` of RFC 8935 §2.4.',
  scopes: ['security-events'],
  writes: false,
  textBody: 'application/secevent+jwt',
  params: transmitterParams,
  body: z
    .string()
    .max(64 * 1024)
    .meta({ description: 'The token, as it is.' }),
  bodyExample:
    'eyJ0eXAiOiJzZWNldmVudCtqd3QiLCJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5leGFtcGxlIn0.c2lnbmF0dXJl',
  responses: { 202: { description: 'Taken.' } },
  errors: ['not_found'],
  async handle({ parts, caller, params, body, now }) {
    const { transmitterId } = params;
    const row = await findTransmitter(parts.pool, caller.tenantId, transmitterId);
    if (row === undefined) throw new MfaError('not_found');
    const { issuer, audience } = row;
    const transmitter = { issuer, audience, keys: row.jwks.keys };
    const read = await orProblem(readSecurityEvent(body, transmitter, now, parts.config.outboxDays));
    await takeSecurityEvent(parts, { caller, transmitterId, issuer, read });
    return { status: 202 };
  },
});

export const securityEventRoutes = [push];
