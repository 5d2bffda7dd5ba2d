import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type DataConverter,
  type GrpcRetryOptions,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

/** The address, namespace, TLS and API key that the environment or Temporal's own config file names. */
export function temporalSettings() {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  return { connectionOptions, namespace: namespace ?? 'default' };
}

/**
 * A client over a connection that is made when first needed and again whenever it was lost, so that an API
 * process starts, and says that it is not ready, while Temporal is away.
 */
export function createTemporalClient(dataConverter: DataConverter, identity: string): Client {
  const { connectionOptions, namespace } = temporalSettings();
  const interceptors = [makeGrpcRetryInterceptor(retriesExceptOfUpdates())];
  const connection = Connection.lazy({ ...connectionOptions, interceptors });
  return new Client({ connection, namespace, identity, dataConverter });
}

/** Code of gRPC for a server that has no room at the moment. */
const RESOURCE_EXHAUSTED = 8;

/**
 * The SDK's own retries, save for an Update that a workflow has no room for: it closes to continue as new, and is
 * there again in milliseconds, where the SDK would wait for almost two seconds. The lifecycle client sends it again.
 */
function retriesExceptOfUpdates(): GrpcRetryOptions {
  const usual = defaultGrpcRetryOptions();
  return {
    ...usual,
    retryableDecider(attempt, status) {
      const code: number = status.code;
      if (code === RESOURCE_EXHAUSTED && status.details.startsWith('Update-with-Start')) return false;
      return usual.retryableDecider(attempt, status);
    },
  };
}
