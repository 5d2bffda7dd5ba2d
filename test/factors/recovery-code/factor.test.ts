import { recoveryCode } from '../../../src/factors/recovery-code/factor';
import { describeFactor } from '../../contracts/factor';

describeFactor(recoveryCode, {
  codeOf: (disclosure) => (disclosure['codes'] as string[])[0]!,
  wrongCodeOf: (code) => `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`,
  badConfigs: [{ count: 1_000 }, { codes: ['aaaa-aaaa-aaaa-aaaa-aaaa'] }],
});
