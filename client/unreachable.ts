/** No answer of mfaflow: no connection, none in time, or one of something in between. `cause` has what is known. */
export class MfaflowUnreachable extends Error {
  override readonly name = 'MfaflowUnreachable';
  /** HTTP status, when something else answered in mfaflow's place. */
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown }) {
    super(message, { cause });
    this.status = status;
  }
}
