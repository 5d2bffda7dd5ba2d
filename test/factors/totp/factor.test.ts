import { totp } from '../../../src/factors/totp/factor';
import { describeFactor } from '../../contracts/factor';
import { shownBy } from './authenticator';

describeFactor(totp, {
  codeOf: (disclosure, nowMs) => shownBy((disclosure as { otpauthUri: string }).otpauthUri, nowMs),
  wrongCodeOf: (code) => `${code.slice(0, -1)}${(Number(code.slice(-1)) + 5) % 10}`,
  badConfigs: [
    { algorithm: 'MD5' },
    { algorithm: 'sha1' },
    { digits: 7 },
    { digits: '6' },
    { digits: [6] },
    { period: 15 },
    { period: 0 },
    { secret: 'chosen by the caller' },
    JSON.parse('{"__proto__": {"digits": 8}}'),
  ],
});
