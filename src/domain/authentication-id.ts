/**
 * The id of the authentication that a command begins: named by the command, and by the version that its decision
 * gives the user, so that a command id that comes again after its time begins another. Whoever sent the command and
 * got the version knows the id; no history has to hold it.
 */
export function authenticationIdOf(commandId: string, version: number): string {
  return `aut_${commandId}${version.toString(36)}`;
}

/** The id of the session that an approved login leaves: the same name, as there is one for each. */
export function sessionIdOf(authenticationId: string): string {
  return authenticationId.replace(/^aut_/, 'ses_');
}
