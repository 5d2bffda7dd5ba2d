import { conditionFacts } from '../../../src/domain/flow/condition-facts';
import { compileCondition } from '../../../src/domain/flow/conditions';
import { factsWith, totp } from './example';

const facts = conditionFacts(
  factsWith([totp], { acr: 'aal2', audience: 'shop', ip: '192.0.2.7', maxAge: 300 }, ['staff', 'admin']),
  [{ factorId: totp.id, kind: 'totp', at: 1_800_000_000, usedBy: null }],
  'aal1',
);

function evaluate(expression: string): boolean | undefined {
  const compiled = compileCondition(expression);
  if (!compiled.ok) throw new Error(compiled.detail);
  return compiled.condition.evaluate(facts);
}

describe('an expression', () => {
  it.each([
    ['assurance.reached >= assurance.requested', false],
    ['assurance.reached == 1 && assurance.requested == 2', true],
    ['"admin" in user.groups', true],
    ['user.groups.exists(g, g.startsWith("adm"))', true],
    ['user.groups.all(g, g == "staff")', false],
    ['user.hasFactor && user.factors == ["totp"]', true],
    ['"totp" in proved', true],
    ['request.purpose == "login" && request.userAgent == "" && request.primary == ""', true],
    ['request.maxAge <= 300', true],
    ['request.ip.matches("^192\\\\.0\\\\.2\\\\.")', true],
    ['request.audience in ["shop", "bank"] ? true : false', true],
    ['now > timestamp("2027-01-15T07:59:59Z") && now < timestamp("2027-01-15T08:00:01Z")', true],
    ['now - timestamp("2027-01-15T00:00:00Z") == duration("8h")', true],
    ['now.getDayOfWeek() == 5 && int(now) == 1800000000', true],
    ['now.getHours("Europe/Vienna") == 9', true],
    ['user.groups.exists(user, user == "staff")', true],
  ])('%s is %s', (expression, expected) => {
    expect(evaluate(expression)).toBe(expected);
  });

  it.each([
    'user.groups[7] == "x"',
    'int(request.ip) == 1',
    '1 / (assurance.reached - 1) == 1',
    'timestamp("tomorrow") == now',
  ])('%s cannot be decided, and gives neither true nor false', (expression) => {
    expect(evaluate(expression)).toBeUndefined();
  });

  it('cannot be decided when it gives something truthy that is not true', () => {
    expect(evaluate('user.groups[1] == "admin" ? user.groups[9] == "x" : true')).toBeUndefined();
  });
});

describe('an expression is refused', () => {
  it.each([
    ['when it is empty', ''],
    ['when it does not parse', 'user.groups &&'],
    ['when it gives no boolean', 'assurance.reached'],
    ['when it gives a list', 'user.groups'],
    ['when it names an undeclared fact', 'user.admin'],
    ['when it names an undeclared variable', 'process == 1'],
    ['when it names a whole group of facts', 'user == user'],
    ['when it reaches for a prototype', 'user.__proto__ == user.constructor'],
    ['when it starts at a prototype', 'constructor == __proto__'],
    ['when it calls an unknown function', 'env("HOME") == ""'],
    ['when it reaches into a bound name', 'user.groups.exists(g, g.x == 1)'],
    ['when it is a map', '{"a": true}["a"]'],
    ['when it makes a message', 'google.protobuf.Timestamp{seconds: 1} == now'],
    ['when a macro runs over a literal list', '[1, 2, 3].all(x, x > 0)'],
    ['when macros are chained', 'user.groups.map(g, g + g).exists(g, g == "")'],
    ['when macros are nested', 'user.groups.all(a, user.groups.all(b, a == b))'],
    ['when a macro runs over a string', 'request.ip.exists(x, true)'],
    ['when a macro runs a regular expression', 'user.groups.exists(g, g.matches("a"))'],
    ['when it is longer than 1000 characters', `true${' '.repeat(1_000)}`],
    ['when it has too many parts', Array.from({ length: 130 }, () => '1==1').join('&&')],
    ['when it is nested too deeply', `${'['.repeat(100)}${']'.repeat(100)} == []`],
    ['when it has absurdly many brackets', `${'('.repeat(490)}true${')'.repeat(490)}`],
    ['when it makes an instant of a number', 'timestamp(1800000000) == now'],
    ['when it makes an instant of a fact', 'timestamp(request.maxAge) == now'],
    ['when it is a lone surrogate', '\ud800'],
  ])('%s', (_, expression) => {
    const compiled = compileCondition(expression);
    expect(compiled).toEqual({ ok: false, detail: expect.stringMatching(/./) });
  });

  it('or not, but is never run by a backtracking engine: a hostile regular expression ends', () => {
    expect(evaluate(`"${'a'.repeat(40)}!".matches("^(a+)+$")`)).toBe(false);
  });
});

describe('what is absent from a request', () => {
  it('is an empty string, minus one, and a request for aal1', () => {
    const absent = conditionFacts(factsWith([]), [], 'aal0');
    expect(absent['request']).toEqual({
      purpose: 'login',
      acr: '',
      audience: '',
      ip: '',
      userAgent: '',
      primary: '',
      maxAge: -1n,
    });
    expect(absent['assurance']).toEqual({ reached: 0n, requested: 1n });
    expect(absent['user']).toEqual({ groups: [], factors: [], hasFactor: false });
  });
});
