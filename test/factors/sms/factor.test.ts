import { sms } from '../../../src/factors/sms/factor';
import { describeFactor } from '../../contracts/factor';
import { otherDigits } from '../other-digits';
import { badPhones } from '../bad-phones';

describeFactor(sms, {
  config: { phone: '+447911123456' },
  wrongCodeOf: otherDigits,
  badConfigs: badPhones,
});
