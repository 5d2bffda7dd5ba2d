import { claimPort, findFreePort } from './free-port';
import { configuredInbox } from './inbox/open-inbox';
import { portOptions, type StartPorts } from './options';
import { configuredDatabases, configuredTemporal } from './servers';

/**
 * The ports that this start will use, free ones in place of 0. A port of something that does not start here stays as it is.
 *
 * @param patienceMs how long a predecessor that is still closing may hold one.
 * @throws {EmbeddedError} `port_in_use`, with the option that chooses another.
 */
export async function claimPorts(
  wanted: StartPorts,
  env: NodeJS.ProcessEnv,
  patienceMs: number,
): Promise<StartPorts> {
  const starts: Readonly<Record<keyof StartPorts, boolean>> = {
    api: true,
    codec: true,
    test: env['MFAFLOW_TEST_MODE'] === '1',
    inbox: configuredInbox(env) === undefined,
    postgres: configuredDatabases(env) === undefined,
    temporal: configuredTemporal(env) === undefined,
    temporalUi: configuredTemporal(env) === undefined,
  };
  const claimed = { ...wanted };
  for (const name of Object.keys(starts) as (keyof StartPorts)[]) {
    if (!starts[name]) continue;
    claimed[name] =
      wanted[name] === 0
        ? await findFreePort(Object.values(claimed))
        : await claimPort(wanted[name], `--${portOptions[name].option}`, patienceMs);
  }
  return claimed;
}
