import { MfaError } from '../../../src/domain/errors';
import { CSV_COLUMNS, readCsvHeader, readCsvLine } from '../../../src/cli/bulk/csv-lines';
import { readLine } from '../../../src/cli/bulk/import-line';
import { readJsonLine } from '../../../src/cli/bulk/json-lines';
import { OTHER_SECRET, SECRET } from './installation';

const fromJson = (line: object | string) =>
  readLine(readJsonLine(typeof line === 'string' ? line : JSON.stringify(line)));
const fromCsv = (header: string, line: string) => readLine(readCsvLine(readCsvHeader(header), line));

function refusal(act: () => unknown): MfaError {
  try {
    act();
  } catch (error) {
    if (error instanceof MfaError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a line of an import', () => {
  it('says the same in CSV and in JSON lines', () => {
    const json = fromJson({
      id: 'alice',
      groups: ['ops', 'finance', 'ops'],
      locale: 'de-ch',
      emails: [{ address: 'Alice@Example.com', verified: true }, 'second@example.com'],
      phones: [{ address: '+41 44 668 18 00' }],
      factors: [{ kind: 'totp', name: 'Phone', secret: SECRET, digits: 8, algorithm: 'SHA256', period: 60 }],
    });
    const csv = fromCsv(
      'id,groups,locale,emails,verified_emails,phones,kind,name,secret,digits,algorithm,period',
      `alice,ops;finance;ops,de-ch,second@example.com,Alice@Example.com,'+41 44 668 18 00,totp,Phone,${SECRET},8,SHA256,60`,
    );
    const sorted = (line: typeof json) => ({
      ...line,
      contacts: [...line.contacts].sort((one, other) => (one.address < other.address ? -1 : 1)),
    });
    expect(sorted(csv)).toEqual(sorted(json));
    expect(json.groups).toEqual(['finance', 'ops']);
    expect(json.factors[0]?.material).toEqual({ secret: SECRET, digits: 8, algorithm: 'SHA256', period: 60 });
  });

  it('needs no more than an id, and leaves the rest as it is', () => {
    expect(fromCsv('id,groups,locale', 'alice,,')).toEqual({ id: 'alice', contacts: [], factors: [] });
    expect(fromJson({ id: 'alice', groups: [] }).groups).toEqual([]);
  });

  it('takes an otpauth URI in place of a secret, and drops the label', () => {
    const uri = `otpauth://totp/Acme:alice%40example.com?secret=${SECRET}&issuer=Acme&digits=8&algorithm=SHA512&period=60`;
    const line = fromCsv('id,otpauth', `alice,${uri}`);
    expect(line.factors).toEqual([
      { kind: 'totp', name: null, material: { secret: SECRET, digits: 8, algorithm: 'SHA512', period: 60 } },
    ]);
    expect(JSON.stringify(line)).not.toContain('example.com');
  });

  const long = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`;
  it.each<[string, object | string]>([
    ['no id', {}],
    ['an id with a slash', { id: `${SECRET}/x` }],
    ['a number as id', { id: 7 }],
    ['a field that is not known', { id: 'a', [SECRET]: 1 }],
    ['a prototype as field', `{"id":"a","__proto__":{"x":1}}`],
    ['no JSON', `{"id":"${SECRET}`],
    ['JSON that is no object', `["${SECRET}"]`],
    ['groups that are no list', { id: 'a', groups: SECRET }],
    ['a group with a blank', { id: 'a', groups: [`${SECRET} x`] }],
    ['a hundred and one groups', { id: 'a', groups: Array.from({ length: 101 }, (_, at) => `g${at}`) }],
    ['a locale that is none', { id: 'a', locale: `${SECRET}_x` }],
    ['an e-mail of more than 254 octets', { id: 'a', emails: [long] }],
    ['an e-mail without @', { id: 'a', emails: [SECRET] }],
    ['a phone without +', { id: 'a', phones: ['0446681800'] }],
    ['an address with a field that is not known', { id: 'a', emails: [{ address: 'a@b.ch', [SECRET]: 1 }] }],
    ['verified that is a text', { id: 'a', emails: [{ address: 'a@b.ch', verified: 'yes' }] }],
    ['a factor of another kind', { id: 'a', factors: [{ kind: 'recovery-code', secret: SECRET }] }],
    ['a factor without secret', { id: 'a', factors: [{ kind: 'totp' }] }],
    ['a secret with a digit of no Base32', { id: 'a', factors: [{ secret: `${SECRET}1` }] }],
    ['a secret of 64 bits', { id: 'a', factors: [{ secret: SECRET.slice(0, 13) }] }],
    ['a secret of a thousand digits', { id: 'a', factors: [{ secret: SECRET.repeat(32) }] }],
    ['seven digits', { id: 'a', factors: [{ secret: SECRET, digits: 7 }] }],
    ['MD5', { id: 'a', factors: [{ secret: SECRET, algorithm: 'MD5' }] }],
    ['a factor with a field that is not known', { id: 'a', factors: [{ secret: SECRET, counter: 1 }] }],
    ['a name of control characters', { id: 'a', factors: [{ secret: SECRET, name: '\u0007' }] }],
    [
      'secret and URI',
      { id: 'a', factors: [{ secret: SECRET, otpauth: `otpauth://totp/x?secret=${SECRET}` }] },
    ],
    ['a URI of HOTP', { id: 'a', factors: [{ otpauth: `otpauth://hotp/x?secret=${SECRET}&counter=1` }] }],
    [
      'a URI with two secrets',
      { id: 'a', factors: [{ otpauth: `otpauth://totp/x?secret=${SECRET}&secret=${OTHER_SECRET}` }] },
    ],
    ['a URI of a web page', { id: 'a', factors: [{ otpauth: `https://totp/x?secret=${SECRET}` }] }],
  ])('is refused for %s, in one sentence that repeats nothing of it', (_, line) => {
    const { code, detail = '' } = refusal(() => fromJson(line));
    expect(code).toBe('invalid_request');
    expect(detail).toMatch(/^[^\n]{10,200}$/);
    expect(detail).not.toContain(SECRET);
    expect(detail).not.toContain(OTHER_SECRET);
  });

  it.each([
    [
      'emails',
      { emails: Array.from({ length: 21 }, (_, at) => `a${at}@example.com`) },
      'contact_limit_reached',
    ],
    ['factors', { factors: Array.from({ length: 11 }, () => ({ secret: SECRET })) }, 'factor_limit_reached'],
  ])('may not have too many %s', (_, fields, code) => {
    expect(refusal(() => fromJson({ id: 'a', ...fields })).code).toBe(code);
  });

  it('must have as many cells as there are columns', () => {
    expect(refusal(() => fromCsv('id,groups', 'alice')).detail).toBe(
      'The header has 2 columns and this line has 1.',
    );
  });
});

describe('the header of a CSV file', () => {
  it.each([
    ['id;groups;secret', /separated by semicolons/],
    ['"id"\t"secret"', /separated by tabs/],
    ['id|secret', /separated by vertical bars/],
    ['id,password', /^Column 2 of the first line is unknown/],
    [`alice,${SECRET}`, /^Column 1 of the first line is unknown/],
    ['groups,secret', /must name the column id/],
    ['id,secret,id', /names a column twice/],
    ['id,"secret', /quotes in the header/],
  ])('is refused in one sentence: %s', (header, said) => {
    expect(() => readCsvHeader(header)).toThrow(said);
    expect(() => readCsvHeader(header)).toThrow(expect.objectContaining({ code: 'file_refused' }));
    try {
      readCsvHeader(header);
    } catch (error) {
      expect((error as Error).message).not.toContain(SECRET);
    }
  });

  it('names its columns in any order, quoted or not', () => {
    expect(readCsvHeader('"secret", id ,groups')).toBeDefined();
    expect(readCsvHeader(CSV_COLUMNS.join(','))).toEqual(CSV_COLUMNS);
  });
});
