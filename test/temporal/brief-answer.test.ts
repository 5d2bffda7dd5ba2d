import { authenticationIdOf, sessionIdOf } from '../../src/domain/authentication-id';
import { abbreviateAnswer, restoreAnswer } from '../../src/temporal/brief-answer';
import type { Answer, AuthenticationResult, Grant } from '../../src/workflows/messages';

const commandId = '4GzXq0bS7kT2mN9c';
const id = authenticationIdOf(commandId, 7);
const grant: Grant = { kid: 'aB3dE6', acr: 'aal1', amr: ['otp'], issuedAt: 1_764_000_000 };
const session = { sessionId: sessionIdOf(id), sessionExpiresIn: 43_200 };
const approved = (result: Partial<AuthenticationResult>, version = 7): Answer<AuthenticationResult> => ({
  result: { id, status: 'approved', ...result },
  version,
});

test('an approved login travels without the names that its command gives', () => {
  const brief = JSON.stringify(abbreviateAnswer(commandId, approved({ grant: { ...grant, ...session } })));
  expect(brief).not.toContain('aut_');
  expect(brief).not.toContain('ses_');
});

test.each<[string, Answer<AuthenticationResult>]>([
  ['an approved login', approved({ grant: { ...grant, ...session } })],
  ['an approved step-up, which leaves no session', approved({ grant })],
  ['a login by a recovery code', approved({ grant: { ...grant, ...session }, recoveryCodesLeft: 9 })],
  ['a session of another name', approved({ grant: { ...grant, ...session, sessionId: 'ses_other' } })],
  ['an authentication of another name', approved({ id: 'aut_other', grant: { ...grant, ...session } })],
  ['a stored result, answered under a later version', approved({ grant: { ...grant, ...session } }, 9)],
  ['a pending authentication', { result: { id, status: 'pending', options: [] }, version: 7 }],
  ['a denied one', { result: { id, status: 'denied', reason: 'no_factor' }, version: 7 }],
  ['a refusal', { refused: 'user_locked', retryAfter: 900 }],
])('%s arrives as it was sent', (_, answer) => {
  const sent: unknown = JSON.parse(JSON.stringify(abbreviateAnswer(commandId, answer)));
  expect(restoreAnswer(commandId, sent as Answer<AuthenticationResult>)).toEqual(answer);
});
