import { readEnrolmentAddress } from '../../src/api/enrolment-address';
import type { Channel } from '../../src/delivery/provider';

const parts = (...channels: Channel[]) => ({ channels: new Set(channels) });
const every = parts('sms', 'voice', 'email');

describe('the address in an enrolment', () => {
  it('is read in the form in which it is kept, apart from what may stand in a history', () => {
    expect(readEnrolmentAddress(every, 'sms', { phone: ' +44 7400 123456 ' })).toEqual({
      config: { phone: '+447400123456' },
      address: '+447400123456',
      rest: {},
    });
    expect(readEnrolmentAddress(every, 'email', { address: 'a@EXAMPLE.com', variant: 'link' })).toMatchObject(
      {
        address: expect.stringMatching(/^a@example\.com$/i),
        rest: { variant: 'link' },
      },
    );
  });

  it('is none of a kind whose codes do not travel', () => {
    const config = { digits: 8, phone: '+447400123456' };
    expect(readEnrolmentAddress(every, 'totp', config)).toEqual({ config, rest: config });
  });

  it('is left to the schema of its kind where it is no text', () => {
    expect(readEnrolmentAddress(every, 'sms', {})).toEqual({ config: {}, rest: {} });
    expect(readEnrolmentAddress(every, 'sms', { phone: 5 })).toEqual({ config: { phone: 5 }, rest: {} });
  });

  it.each([
    ['sms', { phone: '+447400123456' }],
    ['voice', { phone: '+447400123456' }],
    ['email', { address: 'a@example.com' }],
  ])('is refused where nothing can be sent by %s', (kind, config) => {
    expect(() => readEnrolmentAddress(parts(), kind, config)).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    );
  });

  it.each([
    ['sms', { phone: '+442079460018' }],
    ['voice', { phone: '+449098790879' }],
    ['sms', { phone: '07400123456' }],
    ['email', { address: 'a@example.com\nBcc: b@example.com' }],
  ])('is refused by %s where it cannot be used, without being repeated', (kind, config) => {
    const read = () => readEnrolmentAddress(every, kind, config);
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(read).not.toThrow(expect.objectContaining({ detail: expect.stringContaining('7400') }));
  });
});
