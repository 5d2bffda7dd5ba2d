import { authenticationIdOf, sessionIdOf } from '../../src/domain/authentication-id';

test('a command id that comes again names another authentication', () => {
  expect(authenticationIdOf('same', 2)).not.toBe(authenticationIdOf('same', 3));
});

test('an authentication and its session are told apart by their prefix alone', () => {
  const id = authenticationIdOf('4GzXq0bS7kT2mN9c', 1_000);
  expect(id).toMatch(/^aut_4GzXq0bS7kT2mN9c[0-9a-z]+$/);
  expect(sessionIdOf(id)).toBe(id.replace('aut_', 'ses_'));
});
