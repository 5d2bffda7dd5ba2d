import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2019 from 'ajv/dist/2019';
import { parse } from 'yaml';
import { readConfig, settings } from '../../src/config';
import { providerSettings } from '../../src/delivery/settings';
import { routes } from '../../src/api/routes';
import { packageRoot } from '../../src/package-root';
import { interpolated, readComposeFile, referencesIn, textOf, type Service } from './compose-file';

const compose = readComposeFile();
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);
const scripts = Object.values(
  (JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }).scripts,
);
const exampleEnvironment = textOf('deploy/example.env');
const exampleNames = [...exampleEnvironment.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);

const service = (name: string): Service => compose.services[name]!;
const environmentOf = ({ environment = {} }: Service) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, interpolated(value)]));

/** The JavaScript file that a command of a container runs, and what follows it. */
function programOf(command: readonly string[]): { file: string; args: readonly string[] } {
  const [node, ...rest] = command;
  expect(node).toBe('node');
  const at = rest.findIndex((word) => !word.startsWith('-'));
  return { file: rest[at] ?? '', args: rest.slice(at + 1) };
}

describe('docker-compose.yml as Compose reads it', () => {
  // Draft 4 named schemas by `id`; nothing refers to them by it.
  const schema = JSON.parse(textOf('test/containers/compose-spec.json'), (name, value: unknown) =>
    (name === 'id' && typeof value === 'string') || name === '$schema' ? undefined : value,
  ) as object;
  const formats = { duration: true, ports: true, expose: true, subnet_ip_address: true } as const;
  const isValid = new Ajv2019({ strict: false, formats }).compile(schema);
  const parsed = () => parse(textOf('docker-compose.yml'), { merge: true });

  it('follows the Compose Specification', () => {
    isValid(parsed());
    expect(isValid.errors).toBeNull();
  });

  it.each([
    ['an unknown field of a service', (file: any) => (file.services.api.comand = 'x')],
    ['a field of the wrong type', (file: any) => (file.services.api.read_only = 'x')],
    ['an unknown condition', (file: any) => (file.services.api.depends_on.migrate.condition = 'x')],
  ])('would not with %s', (_, spoil) => {
    const file = parsed();
    spoil(file);
    expect(isValid(file)).toBe(false);
  });

  it.each(services)('names what is there: %s', (_, { networks = [], volumes = [], depends_on = {} }) => {
    for (const network of networks) expect(Object.keys(compose.networks)).toContain(network);
    const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
    for (const name of needed) expect(Object.keys(compose.services)).toContain(name);
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('./'))
        expect([source, existsSync(join(packageRoot(), source))]).toEqual([source, true]);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('asks for nothing that deploy/example.env does not explain, and explains nothing that it does not ask for', () => {
    const asked = referencesIn(textOf('docker-compose.yml'));
    const names = [...new Set(asked.map(({ name }) => name))].filter((name) => !name.endsWith('_VERSION'));
    expect(names.sort()).toEqual([...exampleNames].sort());
    for (const { name, required, fallback } of asked)
      if (!name.endsWith('_VERSION') && !required)
        expect(exampleEnvironment).toContain(`\n${name}=${fallback}\n`);
  });
});

describe('what the containers of mfaflow run', () => {
  it.each(ours)('is a program that npm knows too: %s', (_, { command, entrypoint }) => {
    const { file, args } = programOf(entrypoint ?? command ?? []);
    const started = scripts.filter((script) => script.startsWith(`node ${file}`));
    expect([file, started.length > 0]).toEqual([file, true]);
    if (args.length > 0) expect(started).toContain(`node ${file} ${args.join(' ')}`);
    const source = file.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    expect([source, existsSync(join(packageRoot(), source))]).toEqual([source, true]);
  });

  it('is given no variable that mfaflow does not read', () => {
    const known = [
      ...Object.values(settings).map(({ name }) => name),
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
    ];
    for (const [name, { environment = {} }] of ours)
      expect([name, Object.keys(environment).filter((variable) => !known.includes(variable))]).toEqual([
        name,
        [],
      ]);
  });

  it.each(ours)('is given all that has no default: %s', (_, each) => {
    const environment = environmentOf(each);
    const without = Object.values(settings).filter(({ fallback }) => fallback === undefined);
    for (const { name } of without) expect(Object.keys(environment)).toContain(name);
    expect(() => readConfig({ ...environment, NODE_ENV: 'production' })).not.toThrow();
  });

  it('may send messages by every provider there is, the inbox of a developer aside', () => {
    const { inboxUrl, inboxKey, twilioUrl, ...others } = providerSettings;
    for (const [name, { environment = {} }] of ours.filter(([each]) => each === 'api' || each === 'worker')) {
      const given = Object.keys(environment);
      expect([name, Object.values(others).filter((setting) => !given.includes(setting.name))]).toEqual([
        name,
        [],
      ]);
      for (const { name: variable } of [inboxUrl, inboxKey, twilioUrl]) expect(given).not.toContain(variable);
    }
  });

  it('agrees on the databases, the namespace and who they belong to', () => {
    const { databaseUrl, keysDatabaseUrl } = readConfig(environmentOf(service('api')));
    const script = textOf('deploy/create-databases.sh');
    for (const url of [databaseUrl, keysDatabaseUrl].map((text) => new URL(text))) {
      expect(url.hostname).toBe('postgres');
      expect(script).toContain(`CREATE DATABASE ${url.pathname.slice(1)} OWNER ${url.username};`);
      expect(script).toContain(`CREATE ROLE ${url.username} LOGIN`);
    }
    const { SQL_USER = '', POSTGRES_USER = '' } = {
      ...service('temporal-schema').environment,
      ...service('temporal').environment,
    };
    expect([SQL_USER, POSTGRES_USER]).toEqual(['temporal', 'temporal']);
    const namespace = service('temporal-namespace').environment?.['TEMPORAL_NAMESPACE'];
    for (const [, { environment }] of ours) expect(environment?.['TEMPORAL_NAMESPACE']).toBe(namespace);
  });

  it('is asked for its health where it listens', () => {
    const urls = ours.flatMap(([name, { healthcheck, environment = {} }]) => {
      if (healthcheck === undefined) return [];
      const [url = ''] = /http:[^']+/.exec(healthcheck.test.join(' ')) ?? [];
      return [[name, new URL(url), environment] as const];
    });
    expect(urls.map(([name]) => name)).toEqual(['worker', 'api']);
    for (const [name, { port, pathname }, environment] of urls) {
      const metricsPort = environment['MFAFLOW_WORKER_METRICS_PORT'];
      expect([name, port]).toEqual([name, name === 'api' ? settings.apiPort.fallback : metricsPort]);
      if (name === 'api') expect(routes.map(({ path }) => path)).toContain(pathname);
    }
  });
});

describe('the ways in', () => {
  const balancer = textOf('deploy/haproxy.cfg');

  it('lead to the ports that the API and the codec server listen on', () => {
    const { apiPort, codecPort } = readConfig(environmentOf(service('api')));
    const ports = [apiPort, codecPort].map(String);
    expect([...balancer.matchAll(/^ {2}bind :(\d+)$/gm)].map(([, port]) => port)).toEqual(ports);
    const targets = [...balancer.matchAll(/server-template api \d+ (\w+):(\d+)$/gm)];
    expect(targets.map(([, name, port]) => [name, port])).toEqual(ports.map((port) => ['api', port]));
    const published = (service('load-balancer').ports ?? []).map((port) => port.split(':').at(-1));
    expect(published).toEqual(ports);
    expect(/^EXPOSE (.*)$/m.exec(textOf('Dockerfile'))?.[1]).toBe(ports.join(' '));
    const [, checked] = /^ {2}option httpchk GET (\S+)$/m.exec(balancer) ?? [];
    expect(routes.map(({ path }) => path)).toContain(checked);
  });

  it('are open to this machine only unless somebody says otherwise', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published).toHaveLength(3);
    for (const port of published) expect(interpolated(port)).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('do not lead past the load balancer, and never to a database', () => {
    const inside = (network: string) =>
      services.filter(([, { networks = [] }]) => networks.includes(network)).map(([name]) => name);
    expect(inside('front')).toEqual(['temporal-ui', 'load-balancer']);
    expect(service('postgres').networks).toEqual(['data']);
    expect(compose.networks['data']).toEqual({ internal: true });
    expect(inside('data')).not.toContain('load-balancer');
    expect(inside('data')).not.toContain('temporal-ui');
  });

  it.each(['api', 'worker'])('leave %s free to be many', (name) => {
    const { ports, networks, stop_grace_period: grace = '' } = service(name);
    expect(ports).toBeUndefined();
    expect(service(name)).not.toHaveProperty('container_name');
    expect(networks).toEqual(['application', 'data']);
    // docs/operations.md: more than the ten seconds after which a process cuts what is left.
    expect(Number(/^(\d+)s$/.exec(grace)?.[1])).toBeGreaterThan(10);
  });
});

describe('what a container may do', () => {
  it.each(services)('is little: %s', (_, each) => {
    expect(each.cap_drop).toEqual(['ALL']);
    expect(each.security_opt).toEqual(['no-new-privileges:true']);
    for (const field of ['privileged', 'network_mode', 'pid', 'ipc', 'userns_mode', 'devices'])
      expect(each).not.toHaveProperty(field);
    for (const volume of each.volumes ?? []) expect(volume).not.toMatch(/docker\.sock|^\//);
    for (const volume of each.volumes ?? []) if (volume.startsWith('./')) expect(volume).toMatch(/:ro$/);
  });

  it.each(ours)(
    'is less for mfaflow, which is not root and writes nothing but the master key: %s',
    (name, each) => {
      expect(each.user).toBe('node');
      expect(each.read_only).toBe(true);
      expect(each.cap_add).toBeUndefined();
      const writesKeys = ['create-master-key', 'mfaflow'].includes(name);
      const backups = name === 'mfaflow' ? ['backups:/backups'] : [];
      expect(each.volumes).toEqual([`master-key:/var/lib/mfaflow${writesKeys ? '' : ':ro'}`, ...backups]);
      expect(each.environment?.['MFAFLOW_MASTER_KEY_FILE']).toMatch(/^\/var\/lib\/mfaflow\//);
      expect(textOf('Dockerfile')).toContain('install -d -o node -g node -m 0700 /var/lib/mfaflow /backups');
    },
  );

  it.each(services.filter(([, { ports, deploy, command }]) => ports ?? deploy ?? command === undefined))(
    'has a bound when it keeps running: %s',
    (name, { deploy, mem_limit, profiles }) => {
      if (profiles !== undefined || name === 'mfaflow') return;
      expect(deploy?.resources?.limits?.memory ?? mem_limit).toMatch(/^\d+[mg]$/);
    },
  );

  // Compose takes the short names for other words of the limits, and refuses a file in which the two differ.
  it.each(services)('names its limits in one place: %s', (name, each) => {
    if (each.deploy?.resources?.limits === undefined) return;
    const short = ['pids_limit', 'cpus', 'mem_limit', 'mem_reservation'];
    expect([name, short.filter((word) => word in each)]).toEqual([name, []]);
  });

  it('is to run a version that somebody chose', () => {
    for (const [name, { image = '' }] of services) {
      const [, tag = ''] = /:([^:/]+)$/.exec(interpolated(image)) ?? [];
      expect([name, tag]).toEqual([name, expect.stringMatching(/^\d/)]);
    }
  });

  it('is to know passwords that stand in no file of the repository', () => {
    const assigned = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secrets = assigned.filter(([name]) => /PASSWORD|PWD|DATABASE_URL/.test(name));
    expect(secrets.length).toBeGreaterThan(5);
    for (const [, value] of secrets) expect(value).toMatch(/\$\{\w+PASSWORD:\?[^}]+\}/);
    expect(exampleEnvironment).toMatch(/^DATABASE_PASSWORD=$/m);
    expect(textOf('.gitignore')).toMatch(/^\.env$/m);
  });
});
