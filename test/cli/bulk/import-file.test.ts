import { readFileSync } from 'node:fs';
import { importFile, type ImportSummary } from '../../../src/cli/bulk/import-file';
import { openRefusalReport } from '../../../src/cli/bulk/refusal-report';
import { openSourceFile } from '../../../src/cli/bulk/source-file';
import { createInstallation, type Installation, linesOf, SECRET, secretOf } from './installation';

const smallBatches = { lines: 20, bytes: 1_000_000 };

describe('an import of many batches', () => {
  let at: Installation;

  beforeAll(async () => {
    at = await createInstallation();
  });
  beforeEach(() => at.empty());
  afterAll(() => at.close());

  /** Every tenth line is refused; `users` lines in all. */
  const fileOf = (name: string, users: number): string =>
    at.file(
      name,
      Array.from({ length: users }, (_, number) =>
        number % 10 === 9
          ? `{"id":"bad ${number}"}\n`
          : `${JSON.stringify({ id: `user-${number}`, emails: [`u${number}@example.com`], factors: [{ secret: secretOf(number) }] })}\n`,
      ).join(''),
    );

  async function run(
    path: string,
    options: { resume?: boolean; report?: string; breakAt?: number } = {},
  ): Promise<ImportSummary> {
    const parts = await at.parts();
    const report = options.report ?? `${path}.refused.jsonl`;
    let batches = 0;
    return importFile(parts, await openSourceFile(path, 'jsonl', parts.blindIndexKey), {
      resume: options.resume ?? false,
      dryRun: false,
      limits: smallBatches,
      openReport: (from) => openRefusalReport(report, from),
      onProgress: () => {
        batches += 1;
        if (batches === options.breakAt) throw new Error('broken off');
      },
    });
  }

  const expectWhole = async (users: number): Promise<void> => {
    const stored = await at.users();
    expect(stored).toHaveLength(users - Math.floor(users / 10));
    expect(stored.every((one) => one.factors === 1 && one.contacts.length === 1 && one.version === 1)).toBe(
      true,
    );
    const { rows: audited } = await at.pool.query(`SELECT FROM audit WHERE action = 'user.import'`);
    expect(audited).toHaveLength(stored.length);
    const { rows: keys } = await at.keysPool.query(`SELECT user_id FROM data_keys WHERE user_id <> '-'`);
    const { rows: ids } = await at.pool.query('SELECT user_id FROM users');
    expect(new Set(keys.map((one) => one.user_id))).toEqual(new Set(ids.map((one) => one.user_id)));
  };

  it('goes on behind the last batch that was written, and the report is as if nothing had happened', async () => {
    const path = fileOf('users.jsonl', 205);
    for (const breakAt of [1, 3])
      await expect(run(path, { resume: true, breakAt })).rejects.toThrow('broken off');
    const summary = await run(path, { resume: true });
    expect(summary).toMatchObject({ lines: 205, created: 185, refused: 20, changed: 0, unchanged: 0 });
    expect(summary.resumedAfter).toBeGreaterThanOrEqual(80);
    await expectWhole(205);
    const broken = readFileSync(`${path}.refused.jsonl`, 'utf8');
    await run(path, { report: `${path}.again` });
    expect(readFileSync(`${path}.again`, 'utf8')).toBe(broken);
    expect(linesOf(`${path}.again`).map(({ line }) => line)).toEqual(
      Array.from({ length: 20 }, (_, number) => number * 10 + 10),
    );
  });

  it('begins anew without --resume, and when the file is another', async () => {
    const path = fileOf('users.jsonl', 100);
    await expect(run(path, { breakAt: 2 })).rejects.toThrow();
    fileOf('users.jsonl', 101);
    expect(await run(path, { resume: true })).toMatchObject({
      resumedAfter: 0,
      unchanged: expect.any(Number),
    });
    expect(await run(path)).toMatchObject({ resumedAfter: 0, created: 0, unchanged: 91 });
  });

  it('may run twice at once: each user is made once, and neither run fails', async () => {
    const path = fileOf('users.jsonl', 300);
    const runs = await Promise.all([run(path), run(path, { report: `${path}.second` })]);
    expect(runs.reduce((sum, { created }) => sum + created, 0)).toBe(270);
    for (const one of runs) expect(one).toMatchObject({ lines: 300, refused: 30, changed: 0 });
    await expectWhole(300);
  });

  it('is carried on by one run alone: of two that resume it, one is told so and has written nothing twice', async () => {
    const path = fileOf('users.jsonl', 300);
    await expect(run(path, { breakAt: 2 })).rejects.toThrow('broken off');
    const runs = await Promise.allSettled([run(path, { resume: true }), run(path, { resume: true })]);
    const failed = runs.filter((one) => one.status === 'rejected');
    expect(failed.map(({ reason }) => reason.code)).toEqual(['import_overtaken']);
    await expectWhole(300);
    await run(path, { report: `${path}.again` });
    expect(readFileSync(`${path}.refused.jsonl`, 'utf8')).toBe(readFileSync(`${path}.again`, 'utf8'));
  });

  it('brings all factors of a user once a line of theirs is corrected that could not be read', async () => {
    const lines = (second: string) =>
      [secretOf(1), second, secretOf(3)]
        .map(
          (secret, at) => `${JSON.stringify({ id: 'alice', factors: [{ name: `${at}`, secret }] })}
`,
        )
        .join('');
    const path = at.file('alice.jsonl', lines('NOT-BASE32'));
    expect(await run(path)).toMatchObject({ created: 0, refused: 3 });
    expect(linesOf(`${path}.refused.jsonl`).map(({ code }) => code)).toEqual([
      'conflict',
      'invalid_request',
      'conflict',
    ]);
    at.file('alice.jsonl', lines(secretOf(2)));
    expect(await run(path)).toMatchObject({ created: 1, changed: 2, refused: 0 });
    expect(await at.users()).toMatchObject([{ factors: 3 }]);
  });

  it('meets an import of the same users in another order, and both end', async () => {
    const lines = Array.from({ length: 200 }, (_, number) => `{"id":"user-${number}","groups":["a"]}\n`);
    const one = at.file('one.jsonl', lines.join(''));
    const other = at.file('other.jsonl', [...lines].reverse().join('').replaceAll('"a"', '"b"'));
    const runs = await Promise.all([run(one), run(other)]);
    expect(runs.reduce((sum, { created, changed }) => sum + created + changed, 0)).toBeGreaterThanOrEqual(
      200,
    );
    expect(runs.every(({ refused }) => refused === 0)).toBe(true);
    expect(await at.users()).toHaveLength(200);
  });

  it('lets a decision that meets it go again instead of losing to it', async () => {
    await run(at.file('one.jsonl', '{"id":"alice"}\n{"id":"bob"}\n'));
    const version = async () => (await at.users()).map((user) => user.version);
    const before = await version();
    const { rowCount } = await at.pool.query(
      `UPDATE users SET version = version + 1 WHERE external_id = 'alice'`,
    );
    expect(rowCount).toBe(1);
    await run(at.file('two.jsonl', '{"id":"alice","groups":["x"]}\n{"id":"bob"}\n'));
    expect(await version()).toEqual([before[0]! + 2, before[1]]);
  });

  it('takes a user anew whom an erasure takes away at the same moment', async () => {
    await run(at.file('one.jsonl', '{"id":"alice","groups":["old"]}\n'));
    const eraser = await at.pool.connect();
    await eraser.query('BEGIN');
    await eraser.query(
      `UPDATE users SET erased = true, external_id = '-/' || user_id, version = version + 1`,
    );
    const importing = run(
      at.file('two.jsonl', `{"id":"alice","groups":["new"],"factors":[{"secret":"${SECRET}"}]}\n`),
    );
    await untilSomebodyWaits(at);
    await eraser.query('COMMIT');
    eraser.release();
    expect(await importing).toMatchObject({ created: 1, changed: 0 });
    expect((await at.users()).map(({ groups, factors }) => [groups, factors])).toEqual([
      [['old'], 0],
      [['new'], 1],
    ]);
  });

  it('never tears the lines of one user apart, where a batch is full', async () => {
    const lines = Array.from({ length: 18 }, (_, number) => `{"id":"user-${number}"}\n`);
    const five = Array.from(
      { length: 5 },
      (_, number) => `{"id":"five","factors":[{"secret":"${secretOf(number)}"}]}\n`,
    );
    const summary = await run(at.file('users.jsonl', [...lines, ...five, '{"id":"after"}\n'].join('')));
    expect(summary).toMatchObject({ created: 20, changed: 4, refused: 0 });
    expect((await at.users()).find(({ id }) => id === 'five')?.factors).toBe(5);
  });
});

async function untilSomebodyWaits(at: Installation): Promise<void> {
  for (;;) {
    const { rowCount } = await at.pool.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rowCount !== 0) return;
  }
}
