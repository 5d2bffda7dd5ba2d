import { voice } from '../../../src/factors/voice/factor';
import { describeFactor } from '../../contracts/factor';
import { otherDigits } from '../other-digits';
import { badPhones } from '../bad-phones';

describeFactor(voice, {
  config: { phone: '+441212345678' },
  wrongCodeOf: otherDigits,
  badConfigs: badPhones,
});
