import { openApiDocument } from '../../src/api/openapi';
import { mustBeSent, prefersAsync } from '../../src/api/respond-async';
import { routes } from '../../src/api/routes';

describe('the preference of a request', () => {
  it.each([
    'respond-async',
    'Respond-Async',
    'return=minimal, respond-async',
    'respond-async, wait=10',
    'respond-async; foo=bar',
    'respond-async=""',
    'handling=lenient;a="x, y" , respond-async',
    'foo="a \\" , b", respond-async',
  ])('to be answered before the decision is read in %s', (header) => {
    expect(prefersAsync(header)).toBe(true);
  });

  it.each([
    undefined,
    '',
    'wait=10',
    'respond-async=no',
    'not-respond-async',
    'foo="respond-async"',
    'foo="a, respond-async"',
    'foo;respond-async',
    'foo; bar="x, respond-async"',
    'respond async',
    'respond-async, "',
    `${'a,'.repeat(1_000)}respond-async`,
  ])('is not read in %s', (header) => {
    expect(prefersAsync(header)).toBe(false);
  });

  it('is read in a time that does not grow with what is repeated in it', () => {
    for (const piece of [';', '; ', ' ;"', 'a=', '" ', ', ', 'a;=']) {
      const header = `a${piece.repeat(Math.floor(990 / piece.length))}"`;
      expect(prefersAsync(header)).toBe(false);
    }
  });
});

describe('an answer that is sent off', () => {
  const open = { isOpen: true, decidedFor: null, locked: false, retryAfter: null };

  it('is sent while it could be evaluated', () => {
    expect(mustBeSent(open, 'f')).toBe(true);
  });

  it('is not sent again when it was decided, whatever came after', () => {
    expect(mustBeSent({ ...open, isOpen: false, locked: true, decidedFor: 'f' }, 'f')).toBe(false);
  });

  it.each([
    ['idempotency_mismatch', { ...open, decidedFor: 'other' }, undefined],
    ['authentication_closed', { ...open, isOpen: false }, undefined],
    ['try_later', { ...open, retryAfter: 30 }, 30],
    ['user_locked', { ...open, locked: true, retryAfter: 900 }, 900],
    ['user_locked', { ...open, locked: true }, undefined],
  ])('is refused at once with %s', (code, ground, retryAfterSeconds) => {
    expect(() => mustBeSent(ground, 'f')).toThrow(
      expect.objectContaining({ code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }),
    );
  });
});

describe('the description of the API', () => {
  it('names the preference, and what comes with a 202, where a route follows it', () => {
    const document: any = openApiDocument(routes, 'http://127.0.0.1:3000');
    const { parameters, responses } = document.paths['/v1/authentications/{authenticationId}/answer'].post;
    expect(parameters.map(({ name }: { name: string }) => name)).toContain('Prefer');
    expect(Object.keys(responses['202'].headers).sort()).toEqual([
      'Location',
      'Preference-Applied',
      'Request-Id',
    ]);
    const following = routes.filter((route) => route.access === 'key' && route.respondsAsync === true);
    expect(following.map(({ operationId }) => operationId)).toEqual(['answer']);
  });
});
