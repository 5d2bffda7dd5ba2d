import { readNamespace, temporalAddress } from '../../../temporal/namespace-check';
import { readServerVersion, readSweepSchedules } from '../../../temporal/server-facts';
import { TemporalFault } from '../../../temporal/temporal-fault';
import { complaintsOr, fail, ok, warn, type Check } from '../check';
import { PrerequisiteMissing } from '../prerequisite';

export const temporalCheck: Check = {
  name: 'temporal',
  asks: 'whether Temporal answers and accepts us',
  async look(installation) {
    try {
      await readNamespace(installation.temporalClient());
    } catch (error) {
      if (!(error instanceof TemporalFault)) throw error;
      if (error.code !== 'temporal_namespace_missing') {
        const mend =
          error.code === 'temporal_refused'
            ? 'Correct TEMPORAL_API_KEY, or the certificate that Temporal is shown.'
            : 'Start it, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS.';
        return [fail(`${error.message.split(': ', 1)[0] ?? ''}.`, mend)];
      }
    }
    return [ok(`Temporal answers at ${temporalAddress()}.`)];
  },
};

export const namespaceCheck: Check = {
  name: 'namespace',
  asks: 'whether the namespace is there, and keeps histories as long as results of commands are kept',
  async look(installation) {
    const client = installation.temporalClient();
    const { namespace } = client.options;
    const hours = installation.setting('commandHours');
    try {
      const { retentionDays } = await readNamespace(client);
      if (retentionDays * 24 >= hours)
        return [ok(`The namespace ${namespace} keeps histories for ${retentionDays} days.`)];
      return [
        warn(
          `The namespace ${namespace} keeps histories for ${retentionDays} days, less than results of commands are kept (${hours} h).`,
          `Run temporal operator namespace update --namespace ${namespace} --retention ${hours}h.`,
        ),
      ];
    } catch (error) {
      if (!(error instanceof TemporalFault) || error.code !== 'temporal_namespace_missing')
        throw new PrerequisiteMissing('Temporal cannot be reached', { cause: error });
      return [
        fail(
          `Temporal has no namespace ${namespace}.`,
          `Run temporal operator namespace create --namespace ${namespace}, or correct TEMPORAL_NAMESPACE.`,
        ),
      ];
    }
  },
};

export const schedulesCheck: Check = {
  name: 'schedules',
  asks: 'whether the schedule of every sweep is there and running',
  async look(installation) {
    const client = await installation.temporal();
    const { missing, paused } = await readSweepSchedules(client, installation.setting('taskQueue'));
    return complaintsOr(
      [
        ...missing.map((id) => fail(`The schedule ${id} is missing.`, 'Start a worker again: it makes it.')),
        ...paused.map((id) =>
          warn(
            `The schedule ${id} is paused.`,
            `Run temporal schedule toggle --unpause --schedule-id ${id}, when its reason is gone.`,
          ),
        ),
      ],
      'The schedules of all sweeps are there.',
    );
  },
};

/** Update-with-start, on which every command rests, is in every server from here on. */
const OLDEST_SERVER = [1, 28] as const;

export const temporalVersionCheck: Check = {
  name: 'temporal-version',
  asks: 'whether the Temporal server is new enough for Update-with-start',
  async look(installation) {
    const version = await readServerVersion(await installation.temporal());
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]))
      return [ok(`The Temporal server is ${version}.`)];
    return [
      warn(
        `The Temporal server is ${version}, and mfaflow was made for ${OLDEST_SERVER.join('.')} and newer.`,
        'Upgrade the Temporal server.',
      ),
    ];
  },
};
