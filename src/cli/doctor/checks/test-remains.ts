import { holdsDevelopmentKey } from '../../../persistence/api-key-repository';
import { readClockOffset } from '../../../persistence/test-clock-repository';
import { fail, ok, type Check } from '../check';

export const testClockCheck: Check = {
  name: 'test-clock',
  asks: 'whether a test has moved the clock that decides',
  async look(installation) {
    const offset = await readClockOffset(await installation.main());
    if (offset === 0) return [ok('The clock that decides is the real one.')];
    const seconds = Math.round(offset / 1_000);
    if (installation.setting('testMode')) return [ok(`The test mode has moved the clock by ${seconds} s.`)];
    return [
      fail(
        `A test has moved the clock that decides by ${seconds} s (table test_clock), and worker and server refuse it.`,
        'Use another database, or set clock_offset to 0 where nobody relies on what was done meanwhile.',
      ),
    ];
  },
};

export const productionCheck: Check = {
  name: 'production',
  asks: 'whether anything of development is left when `NODE_ENV` is `production`',
  async look(installation) {
    if (!installation.production) return [ok('NODE_ENV is not production.')];
    const sights = [];
    if (await holdsDevelopmentKey(await installation.main()))
      sights.push(
        fail(
          'The database holds a development key of npm start, which has every scope.',
          'Revoke it (mfaflow key revoke), or use a database of its own.',
        ),
      );
    if (new URL(installation.setting('issuer')).protocol !== 'https:')
      sights.push(
        fail(
          'MFAFLOW_ISSUER is no https address, so cookies and tokens may travel in the clear.',
          'Set it to the public https address of the API.',
        ),
      );
    return sights.length > 0 ? sights : [ok('Nothing of development is left.')];
  },
};
