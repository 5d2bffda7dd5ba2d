import { MfaError } from '../domain/errors';
import { type SecurityEventFault, SecurityEventRefused } from '../security/security-event-fault';

/** A security event token that is refused: its problem has the members `err` and `description` of RFC 8935 §2.4 too. */
export class SecurityEventProblem extends MfaError {
  readonly err: SecurityEventFault;

  constructor(err: SecurityEventFault, description: string) {
    super('invalid_request', { detail: description });
    this.err = err;
  }
}

/** What reading a token came to. @throws {SecurityEventProblem} */
export async function orProblem<Read>(reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof SecurityEventRefused) throw new SecurityEventProblem(error.err, error.description);
    throw error;
  }
}
