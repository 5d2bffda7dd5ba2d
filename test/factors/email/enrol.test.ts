import { email } from '../../../src/factors/email/factor';
import { challengeOf, enrolled, fresh, hash, now } from '../../contracts/factor';

const address = 'alice@example.com';

describe('enrolling a mailbox', () => {
  it('is by code unless a link is asked for', () => {
    expect(enrolled(email, { address }).material).toEqual({ address, variant: 'code' });
    expect(enrolled(email, { address, variant: 'link' }).material).toEqual({ address, variant: 'link' });
  });

  it('takes local parts of every script', () => {
    const unicode = 'żółw@xn--exmple-cua.com';
    expect(email.methods.addressOf?.(enrolled(email, { address: unicode }).material)).toBe(unicode);
  });

  it.each(['code', 'link'])('is proved by the code of the challenge, when it is by %s', (variant) => {
    const { material } = enrolled(email, { address, variant });
    const challenge = challengeOf('fac_example', now);
    const code = email.methods.codeOf!(challenge, { hash });
    expect(email.methods.verify(material, fresh, code, { nowMs: now, hash, challenge }).valid).toBe(true);
  });
});
