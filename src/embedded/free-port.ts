import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error';
import { errorCode } from './error-code';

const host = '127.0.0.1';

/** Below what Linux gives to outgoing connections, so that none takes a port between its choice and its use. */
const lowest = 10_000;
const highest = 32_767;
const attempts = 50;

/** A port on 127.0.0.1 that nothing listens on at this moment, and none of `except`. */
export async function findFreePort(except: readonly number[] = []): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest + 1);
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new EmbeddedError('port_in_use', `No free port was found on ${host} from ${lowest} to ${highest}.`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

/**
 * The wanted port once nothing listens on it.
 *
 * @param option the command-line option that chooses this port, for the error.
 * @param patienceMs how long a predecessor that is still closing may hold it.
 * @throws {EmbeddedError} `port_in_use`.
 */
export async function claimPort(wanted: number, option: string, patienceMs = 0): Promise<number> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await close(await listen(wanted));
      return wanted;
    } catch (error) {
      if (Date.now() < deadline) await sleep(100);
      else throw inUse(wanted, option, error);
    }
  }
}

/** Whether something on 127.0.0.1 accepts connections on this port. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const settle = (accepted: boolean) => (): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', settle(true));
    socket.once('error', settle(false));
  });
}

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function inUse(port: number, option: string, cause: unknown): EmbeddedError {
  const code = errorCode(cause) ?? 'unknown error';
  return new EmbeddedError(
    'port_in_use',
    `Port ${port} on ${host} cannot be used (${code}): choose another with ${option} N, or 0 for any free one.`,
  );
}
