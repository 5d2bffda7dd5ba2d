import type { Stage } from '../stage';

/** A session is looked up whenever it matters, so that revoking it counts from the next look. */
export async function logOut(
  { backend, narrator, user }: Stage,
  session: { id: string; token: string },
): Promise<void> {
  narrator.scene('The session lives until it is revoked');
  await backend.POST('/v1/sessions/introspect', { body: { token: session.token } });
  await backend.DELETE('/v1/sessions/{sessionId}', { params: { path: { sessionId: session.id } } });
  await backend.POST('/v1/sessions/introspect', { body: { token: session.token } });

  narrator.scene('What the audit trail keeps of it');
  await backend.GET('/v1/users/{userId}/timeline', { params: { ...user, query: { limit: '3' } } });
}
