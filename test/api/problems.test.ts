import { MfaError } from '../../src/domain/errors';
import { InvalidRequest } from '../../src/api/invalid-request';
import { problemOf } from '../../src/api/problems';

describe('a problem', () => {
  it('names its code, and nothing of the cause', () => {
    const error = new MfaError('unavailable', { cause: new Error('password=hunter2') });
    expect(problemOf(error, 'req_1')).toEqual({
      type: 'urn:mfaflow:error:unavailable',
      title: 'The service is temporarily unavailable',
      status: 503,
      code: 'unavailable',
      instance: 'urn:mfaflow:request:req_1',
    });
  });

  it('says where a request is wrong', () => {
    const faults = [{ pointer: '/code', detail: 'is missing' }];
    expect(problemOf(new InvalidRequest(faults), 'req_1')).toMatchObject({ status: 400, errors: faults });
  });
});
