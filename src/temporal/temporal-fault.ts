import { isGrpcServiceError } from '@temporalio/client';

/** A Temporal server that mfaflow cannot work with; the message is one sentence that says how to mend it. */
export class TemporalFault extends Error {
  readonly code: 'temporal_namespace_missing' | 'temporal_refused' | 'temporal_unreachable';
  override readonly name = 'TemporalFault';

  constructor(code: TemporalFault['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Status codes of gRPC. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** The fault behind what a connection or a call threw. */
export function temporalFault(error: unknown, server: { address: string; namespace: string }): TemporalFault {
  if (error instanceof TemporalFault) return error;
  const { address, namespace } = server;
  const code: number | undefined = grpcCode(error);
  if (code === NOT_FOUND)
    return new TemporalFault(
      'temporal_namespace_missing',
      `Temporal at ${address} has no namespace ${namespace}: create it (temporal operator namespace create --namespace ${namespace}), or correct TEMPORAL_NAMESPACE.`,
      error,
    );
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED)
    return new TemporalFault(
      'temporal_refused',
      `Temporal at ${address} refuses this process: correct TEMPORAL_API_KEY or the TLS certificate that it is shown.`,
      error,
    );
  return new TemporalFault(
    'temporal_unreachable',
    `Temporal cannot be reached at ${address}: start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS.`,
    error,
  );
}

function grpcCode(error: unknown): number | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? grpcCode(error.cause) : undefined;
}
