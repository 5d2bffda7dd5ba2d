import { createHash } from 'node:crypto';
import { type FoundUser, type PlacedLine, planUser } from '../../../src/cli/bulk/plan-user';
import { OTHER_SECRET, SECRET, secretOf } from './installation';

const material = (secret: string) => ({ secret, digits: 6, algorithm: 'SHA1', period: 30 });
const totp = (secret: string) => ({ kind: 'totp', name: null, material: material(secret) });
const email = (address: string, verified = false) => ({
  kind: 'email' as const,
  address,
  blindIndex: createHash('sha256').update(address).digest(),
  verified,
});
const placed = (run: number, given: Partial<PlacedLine['given']>, line = run): PlacedLine => ({
  line,
  run,
  given: { id: 'alice', contacts: [], factors: [], ...given },
});
const nobody: FoundUser = { groups: [], locale: null, factors: [], contacts: [] };
const results = (found: FoundUser | undefined, ...lines: PlacedLine[]) =>
  planUser(found, lines).outcomes.map((outcome) => ('code' in outcome ? outcome.code : outcome.result));

describe('the lines about one user', () => {
  it('make the user once, and change nothing a second time', () => {
    const line = { groups: ['ops'], locale: 'de', contacts: [email('a@b.ch')], factors: [totp(SECRET)] };
    expect(results(undefined, placed(1, line), placed(2, line))).toEqual(['created', 'unchanged']);
    const { factors, contacts, groups, locale } = planUser(undefined, [placed(1, line), placed(2, line)]);
    expect([factors.length, contacts.length, groups, locale]).toEqual([1, 1, ['ops'], 'de']);
  });

  it('are carried out in their order', () => {
    const plan = planUser(undefined, [
      placed(1, { groups: ['a'] }),
      placed(2, { groups: ['b'], locale: 'fr' }),
    ]);
    expect(plan).toMatchObject({ groups: ['b'], locale: 'fr' });
  });

  it('may bring several factors when they follow one another, as CSV has them', () => {
    const lines = [
      placed(1, { factors: [totp(SECRET)] }, 1),
      placed(1, { factors: [totp(OTHER_SECRET)] }, 2),
    ];
    expect(results(undefined, ...lines)).toEqual(['created', 'changed']);
    expect(planUser(undefined, lines).factors).toHaveLength(2);
  });

  it('are no door to a second factor: not further down in the file, and not for a user who has one', () => {
    expect(
      results(
        undefined,
        placed(1, { factors: [totp(SECRET)] }),
        placed(2, { factors: [totp(OTHER_SECRET)] }),
      ),
    ).toEqual(['created', 'step_up_required']);
    const found = { ...nobody, factors: [{ kind: 'totp', material: material(SECRET) }] };
    expect(results(found, placed(1, { factors: [totp(OTHER_SECRET)] }))).toEqual(['step_up_required']);
    expect(
      results({ ...nobody, factors: [{ kind: 'recovery-code' }] }, placed(1, { factors: [totp(SECRET)] })),
    ).toEqual(['step_up_required']);
  });

  it('do nothing for a factor that is there, in whatever order its fields are kept', () => {
    const kept = { period: 30, algorithm: 'SHA1', digits: 6, secret: SECRET };
    const found = { ...nobody, factors: [{ kind: 'totp', material: kept }] };
    expect(results(found, placed(1, { factors: [totp(SECRET), totp(SECRET)] }))).toEqual(['unchanged']);
  });

  it('are done wholly or not at all', () => {
    const many = Array.from({ length: 6 }, (_, at) => totp(secretOf(at)));
    const plan = planUser(undefined, [
      placed(1, { groups: ['a'], contacts: [email('a@b.ch')], factors: many }),
    ]);
    expect(plan).toMatchObject({ changes: false, factors: [], contacts: [] });
    expect(plan.groups).toBeUndefined();
    expect(plan.outcomes).toMatchObject([{ code: 'factor_limit_reached' }]);
    expect(results(undefined, placed(1, { factors: many }), placed(2, {}))).toEqual([
      'factor_limit_reached',
      'created',
    ]);
  });

  it('make at most five factors and twenty contacts, however many lines there are', () => {
    const factors = Array.from({ length: 6 }, (_, at) => placed(1, { factors: [totp(secretOf(at))] }, at));
    expect(results(undefined, ...factors).at(-1)).toBe('factor_limit_reached');
    const contacts = Array.from({ length: 21 }, (_, at) => placed(at, { contacts: [email(`a${at}@b.ch`)] }));
    expect(results(undefined, ...contacts).slice(-2)).toEqual(['changed', 'contact_limit_reached']);
  });

  it('verify an address that is there, and never the other way round', () => {
    const contact = { contactId: 'con_1', ...email('a@b.ch'), verified: false };
    const found = { ...nobody, contacts: [contact] };
    expect(planUser(found, [placed(1, { contacts: [email('a@b.ch', true)] })])).toMatchObject({
      changes: true,
      verified: [{ contactId: 'con_1', kind: 'email' }],
      contacts: [],
    });
    const verified = { ...nobody, contacts: [{ ...contact, verified: true }] };
    expect(planUser(verified, [placed(1, { contacts: [email('a@b.ch')] })])).toMatchObject({
      changes: false,
      verified: [],
    });
    const twice = planUser(undefined, [placed(1, { contacts: [email('a@b.ch'), email('a@b.ch', true)] })]);
    expect(twice.contacts.map((one) => one.verified)).toEqual([true]);
  });

  it('take nothing away: what they do not name stays', () => {
    const found: FoundUser = {
      groups: ['ops'],
      locale: 'de',
      factors: [{ kind: 'totp', material: material(SECRET) }],
      contacts: [{ contactId: 'con_1', ...email('a@b.ch', true) }],
    };
    expect(planUser(found, [placed(1, {})])).toMatchObject({
      changes: false,
      outcomes: [{ result: 'unchanged' }],
    });
  });
});
