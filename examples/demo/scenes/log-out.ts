import type { Stage } from '../stage';

/** A session is looked up whenever it matters, so that revoking it counts from the next look. */
export async function logOut(
  { backend, narrator, userPath }: Stage,
  session: { id: string; token: string },
): Promise<void> {
  narrator.scene('The session lives until it is revoked');
  await backend.call('POST', '/v1/sessions/introspect', { body: { token: session.token } });
  await backend.call('DELETE', `/v1/sessions/${session.id}`, { expect: 204 });
  await backend.call('POST', '/v1/sessions/introspect', { body: { token: session.token } });

  narrator.scene('What the audit trail keeps of it');
  await backend.call('GET', `${userPath}/timeline?limit=3`);
}
