import { authenticationIdOf, sessionIdOf } from '../domain/authentication-id';
import type { Answer, AuthenticationResult, Grant } from '../workflows/messages';

/**
 * What the answer of a login is on its way: a history holds each answer twice, as the result of the decision and as
 * that of the Update. Of an approved authentication, names that the command and the version give are left out; whoever
 * reads the history reads them off the command beside it.
 */
export function abbreviateAnswer(
  commandId: string,
  answer: Answer<AuthenticationResult>,
): Answer<AuthenticationResult> {
  if ('refused' in answer || answer.result.grant === undefined) return answer;
  const { id, grant, ...result } = answer.result;
  // A stored result is answered with the version of today, which does not give its name.
  if (id !== authenticationIdOf(commandId, answer.version)) return answer;
  const { sessionId, ...rest } = grant;
  const brief = { ...result, grant: sessionId === sessionIdOf(id) ? rest : grant };
  return { ...answer, result: brief as AuthenticationResult };
}

/** The answer that `abbreviateAnswer` was given; any other comes back as it is. */
export function restoreAnswer<Result extends object>(
  commandId: string,
  answer: Answer<Result>,
): Answer<Result> {
  if ('refused' in answer || !isBrief(answer.result)) return answer;
  const { grant } = answer.result;
  const id = authenticationIdOf(commandId, answer.version);
  const named = grant.sessionExpiresIn === undefined || grant.sessionId !== undefined;
  const result = { ...answer.result, id, grant: named ? grant : { ...grant, sessionId: sessionIdOf(id) } };
  return { ...answer, result };
}

function isBrief(result: object): result is { grant: Grant } {
  return 'grant' in result && !('id' in result);
}
