// Generated from the description of the API by `npm run client`. Do not edit.

/** Method and path of every operation that takes an Idempotency-Key. */
export const keyedOperations: ReadonlySet<string> = new Set([
  'DELETE /v1/api-keys/{keyId}',
  'DELETE /v1/sessions/{sessionId}',
  'DELETE /v1/users/{userId}',
  'DELETE /v1/users/{userId}/contacts/{contactId}',
  'DELETE /v1/users/{userId}/factors/{factorId}',
  'DELETE /v1/users/{userId}/sessions',
  'PATCH /v1/tenants/{tenantId}',
  'PATCH /v1/users/{userId}/contacts/{contactId}',
  'PATCH /v1/users/{userId}/factors/{factorId}',
  'POST /v1/api-keys',
  'POST /v1/api-keys/{keyId}/rotations',
  'POST /v1/authentications/{authenticationId}/answer',
  'POST /v1/authentications/{authenticationId}/challenge',
  'POST /v1/epochs',
  'POST /v1/imports',
  'POST /v1/sessions/refresh',
  'POST /v1/tenants',
  'POST /v1/users/{userId}/authentications',
  'POST /v1/users/{userId}/contacts',
  'POST /v1/users/{userId}/factors',
  'POST /v1/users/{userId}/factors/{factorId}/confirm',
  'POST /v1/users/{userId}/lock',
  'POST /v1/users/{userId}/unlock',
  'PUT /v1/users/{userId}',
]);
