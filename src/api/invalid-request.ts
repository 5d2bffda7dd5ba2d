import { MfaError } from '../domain/errors';

/** One thing that is wrong with a request: where (RFC 6901) and what, never the value that was sent. */
export interface RequestFault {
  readonly pointer: string;
  readonly detail: string;
}

/** A request that does not fit what the route declares. */
export class InvalidRequest extends MfaError {
  readonly faults: readonly RequestFault[];

  constructor(faults: readonly RequestFault[]) {
    super('invalid_request', {
      detail: 'See errors for each part of the request that is not as it must be.',
    });
    this.faults = faults;
  }
}
