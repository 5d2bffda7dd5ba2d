import { Client, Connection, type DataConverter } from '@temporalio/client';
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
  const connection = Connection.lazy(connectionOptions);
  return new Client({ connection, namespace, identity, dataConverter });
}
