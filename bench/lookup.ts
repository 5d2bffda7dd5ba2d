import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../src/embedded/postgres';
import { ensureMasterKeyFile } from '../src/security/master-key/create-master-key-file';
import { figureOf, type Figures } from './figure';
import { type CrowdedApi, type SoughtUser, startCrowdedApi } from './lookup-api';
import type { BenchOptions } from './options';
import { percentile, rounded } from './statistics';

const crowds = { few: 1_000, many: 1_000_000 };

type Asked = readonly [method: string, path: string, body?: object];

/** Ways to one user among many; `byId` is what the others are held against. */
const lookUps = {
  byId: ({ id }: SoughtUser): Asked => ['GET', `/v1/users/${id}`],
  lookup_by_email: ({ email }: SoughtUser): Asked => ['POST', '/v1/user-searches', { email }],
  lookup_by_phone: ({ phone }: SoughtUser): Asked => ['GET', `/v1/users?phone=${encodeURIComponent(phone)}`],
};

/** First pages, each asked of few users and of many. */
const firstPages = {
  users: () => '/v1/users',
  timeline: ({ id }: SoughtUser) => `/v1/users/${id}/timeline`,
  sessions: ({ id }: SoughtUser) => `/v1/users/${id}/sessions`,
  contacts: ({ id }: SoughtUser) => `/v1/users/${id}/contacts`,
  factors: ({ id }: SoughtUser) => `/v1/users/${id}/factors`,
  api_keys: () => '/v1/api-keys',
  epochs: () => '/v1/epochs',
};

type Samples<Names extends string> = Record<Names, number[]>;

/** Over HTTP, on a Postgres of its own: finding one of a million users, and first pages among a thousand and a million. */
export async function measureLookUp(options: BenchOptions, say: (line: string) => void): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'mfaflow-bench-'));
  const closing: (() => Promise<unknown>)[] = [];
  try {
    const masterKeyFile = join(folder, 'master-key');
    await ensureMasterKeyFile(masterKeyFile);
    const postgres = await startPostgres({ dataDir: join(folder, 'data'), port: 0 });
    closing.push(() => postgres.stop());
    const apis: CrowdedApi[] = [];
    for (const [name, users] of Object.entries(crowds)) {
      say(`Making ${String(users)} users`);
      const api = await startCrowdedApi(postgres, { name, users, masterKeyFile });
      closing.push(() => api.close());
      apis.push(api);
    }
    const [few, many] = apis;
    if (few === undefined || many === undefined) throw new RangeError('There is no crowd.');
    return {
      ...(await lookUpFigures(options, many, say)),
      ...(await firstPageFigures(options, few, many, say)),
    };
  } finally {
    for (const close of closing.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lookUpFigures(
  options: BenchOptions,
  api: CrowdedApi,
  say: (line: string) => void,
): Promise<Figures> {
  say('Measuring look-ups');
  const rounds = await inRounds(options, Object.keys(lookUps) as (keyof typeof lookUps)[], (name, at) =>
    api.time(...lookUps[name](soughtAt(api, at))),
  );
  const unit = rounds.map((round) => percentile(round.byId, 0.5));
  const figures = (['lookup_by_email', 'lookup_by_phone'] as const).map((name) => {
    const found = rounds.map((round) => percentile(round[name], 0.5));
    return [name, ratioFigure('× by id', found, unit, { [`${name}Ms`]: found, byIdMs: unit })] as const;
  });
  return Object.fromEntries(figures);
}

async function firstPageFigures(
  options: BenchOptions,
  few: CrowdedApi,
  many: CrowdedApi,
  say: (line: string) => void,
): Promise<Figures> {
  const figures: [string, Figures[string]][] = [];
  for (const [name, path] of Object.entries(firstPages)) {
    say(`Measuring the first page of ${name}`);
    const rounds = await inRounds(options, ['few', 'many'], (which, at) => {
      const api = which === 'few' ? few : many;
      return api.time('GET', path(soughtAt(api, at)));
    });
    const among = (which: 'few' | 'many'): number[] => rounds.map((round) => percentile(round[which], 0.5));
    const [fewMs, manyMs] = [among('few'), among('many')];
    figures.push([`first_page_${name}`, ratioFigure('× at 1,000 users', manyMs, fewMs, { fewMs, manyMs })]);
  }
  return Object.fromEntries(figures);
}

/** Each thing once, and so on; in turn each is the first. A tenth before counts for nothing. */
async function inRounds<Names extends string>(
  { rounds, samples }: BenchOptions,
  names: readonly Names[],
  take: (name: Names, at: number) => Promise<number>,
): Promise<Samples<Names>[]> {
  const round = async (count: number): Promise<Samples<Names>> => {
    const taken = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Samples<Names>;
    for (let at = 0; at < count; at += 1) {
      for (let turn = 0; turn < names.length; turn += 1) {
        const name = names[(at + turn) % names.length];
        if (name !== undefined) taken[name].push(await take(name, at));
      }
    }
    return taken;
  };
  await round(Math.ceil(samples / 10));
  const all: Samples<Names>[] = [];
  while (all.length < rounds) all.push(await round(samples));
  return all;
}

function soughtAt({ sought }: CrowdedApi, at: number): SoughtUser {
  const user = sought[at % sought.length];
  if (user === undefined) throw new RangeError('There is no such user.');
  return user;
}

function ratioFigure(
  unit: string,
  values: readonly number[],
  units: readonly number[],
  raw: Record<string, readonly number[]>,
): Figures[string] {
  const ratios = values.map((value, round) => value / (units[round] ?? Number.NaN));
  const shown = Object.entries(raw).map(([name, all]) => [name, all.map((value) => rounded(value))]);
  return figureOf(
    { target: 3, unit, direction: 'max' },
    ratios,
    Object.fromEntries(shown) as object & Record<string, unknown>,
  );
}
