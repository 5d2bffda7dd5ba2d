import type { Setting } from '../setting';
import { markdownTable } from './markdown-table';

interface Row {
  readonly variable: string;
  readonly fallback: string;
  readonly values: string;
  readonly meaning: string;
}

/** Read by Temporal's SDK, and before them a profile of its configuration file. */
const ofTemporal: readonly Row[] = [
  row('TEMPORAL_ADDRESS', 'localhost:7233', 'host:port', 'Where the frontend of the Temporal server is.'),
  row('TEMPORAL_NAMESPACE', 'default', 'text', 'Namespace of the workflows.'),
  row('TEMPORAL_API_KEY', '', 'text', 'Key for a server that asks for one; switches TLS on.'),
  row('TEMPORAL_TLS', '', 'true or false', 'Whether the connection is by TLS.'),
  row('TEMPORAL_TLS_CLIENT_CERT_PATH', '', 'a path', 'Certificate that this client shows (mTLS), PEM.'),
  row('TEMPORAL_TLS_CLIENT_CERT_DATA', '', 'text', 'The same, in the variable itself.'),
  row('TEMPORAL_TLS_CLIENT_KEY_PATH', '', 'a path', 'Its private key, PEM.'),
  row('TEMPORAL_TLS_CLIENT_KEY_DATA', '', 'text', 'The same, in the variable itself.'),
  row('TEMPORAL_TLS_SERVER_CA_CERT_PATH', '', 'a path', 'Authority that the server is checked against, PEM.'),
  row('TEMPORAL_TLS_SERVER_CA_CERT_DATA', '', 'text', 'The same, in the variable itself.'),
  row(
    'TEMPORAL_TLS_SERVER_NAME',
    '',
    'text',
    'Name that the server has to have, where it is not that of the address.',
  ),
  row(
    'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION',
    '',
    'true or false',
    'Does not check the name of the server: never in production.',
  ),
  row(
    'TEMPORAL_GRPC_META_*',
    '',
    'text',
    'A header that is sent with every call, named by what stands in place of the star.',
  ),
  row('TEMPORAL_CONFIG_FILE', '', 'a path', 'Configuration file of Temporal, TOML.'),
  row('TEMPORAL_PROFILE', 'default', 'text', 'Which profile of that file is used.'),
];

const ofStart: readonly Row[] = [
  row(
    'TEMPORAL_CLI_PATH',
    '',
    'a path',
    "Temporal's command line program, whose dev server is started, where another is to be used.",
  ),
  row('MFAFLOW_CACHE_DIR', '~/.cache/mfaflow', 'a path', 'Folder for the programs that are downloaded.'),
];

const ofPlatform: readonly Row[] = [
  row(
    'NODE_ENV',
    '',
    'production or anything else',
    'In `production` the test mode, the inbox, a database that holds a development key and `npm start` are refused.',
  ),
];

const introduction = `# Configuration

Made from \`src/config.ts\` by \`npm run docs:configuration\`; a test compares the two. Every process reads the environment once, at its start;
a variable that is wrong ends it with a sentence that names it. An empty variable counts as one that is not set.
`;

/** The reference of every variable that a process reads, as Markdown in the layout of Prettier. */
export function configurationReference(settings: readonly Setting<unknown>[]): string {
  const ours = settings.map(({ name, fallback, values, help }) => row(name, fallback, values, help));
  return [
    introduction,
    '## mfaflow\n',
    tableOf(ours),
    '\n## Temporal\n',
    'Where the Temporal server is and how it is reached, as in every program that uses its SDK.\n',
    tableOf(ofTemporal),
    '\n## npm start\n',
    'It sets the variables above for the processes that it starts; these are for itself.\n',
    tableOf(ofStart),
    '\n## Node\n',
    tableOf(ofPlatform),
    '',
  ].join('\n');
}

function row(variable: string, fallback: string | undefined, values: string, meaning: string): Row {
  return { variable, fallback: fallback ?? 'required', values, meaning };
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ variable, fallback, values, meaning }) => [
    `\`${variable}\``,
    fallback === 'required' || fallback === '' ? fallback : `\`${fallback}\``,
    values,
    meaning.replaceAll(/<(\w+)>/g, '`<$1>`'),
  ]);
  return markdownTable(['variable', 'default', 'values', 'meaning'], cells);
}
