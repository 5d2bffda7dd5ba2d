import { challengeStateOf, viewChallengeState } from '../../src/api/challenge-state';

describe('how a code fares', () => {
  it.each([
    ['queued', 'delivering'],
    ['accepted', 'sent'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
  ] as const)('is told of one that is %s as %s, without a reason', (status, delivery) => {
    expect(challengeStateOf({ status, reason: 'limit_spend', resend_at: 60 })).toEqual({
      delivery,
      resendAt: 60,
    });
  });

  it.each(['undelivered', 'refused', 'failed', 'cancelled', 'expired'] as const)(
    'is told of one that is %s as failed, with its reason',
    (status) => {
      expect(challengeStateOf({ status, reason: 'address_rejected', resend_at: 60 })).toEqual({
        delivery: 'failed',
        reason: 'address_rejected',
        resendAt: 60,
      });
    },
  );

  it('has its instants as ISO 8601 where it is shown', () => {
    expect(viewChallengeState({ delivery: 'held', resendAt: 60 })).toEqual({
      delivery: 'held',
      resendAt: '1970-01-01T00:01:00.000Z',
    });
    expect(viewChallengeState({})).toEqual({});
  });
});
