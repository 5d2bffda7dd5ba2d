import { email } from '../../../src/factors/email/factor';
import { describeFactor } from '../../contracts/factor';
import { otherDigits } from '../other-digits';

const address = 'alice@example.com';

describeFactor(email, {
  config: { address },
  wrongCodeOf: otherDigits,
  badConfigs: [
    {},
    { address: '' },
    { address: 'alice' },
    { address: '@example.com' },
    { address: 'alice@' },
    { address: 'alice@example.com@example.org' },
    { address: 'alice@example.com\r\nBcc: eve@example.com' },
    { address: 'alice@example.com\n' },
    { address: ' alice@example.com' },
    { address: 'Alice <alice@example.com>' },
    { address: 'ali\u0000ce@example.com' },
    { address: 'ali\u200bce@example.com' },
    { address: `${'a'.repeat(250)}@example.com` },
    { address: [address] },
    { address, variant: 'pigeon' },
    { address, variant: 'CODE' },
    { address, variant: ['link'] },
    { variant: 'link' },
  ],
});
