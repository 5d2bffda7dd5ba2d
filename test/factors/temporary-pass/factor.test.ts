import { temporaryPass } from '../../../src/factors/temporary-pass/factor';
import { describeFactor } from '../../contracts/factor';

describeFactor(temporaryPass, {
  codeOf: (disclosure) => disclosure['code'] as string,
  wrongCodeOf: (code) => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`,
  badConfigs: [
    { minutes: 9 },
    { minutes: 43_201 },
    { minutes: 0 },
    { minutes: -60 },
    { minutes: 10.5 },
    { minutes: '60' },
    { minutes: 1e300 },
    { once: 'true' },
    { once: 1 },
    { once: null },
    { code: '0000000000000000' },
    { expiresAt: 4_102_444_800_000 },
  ],
});
