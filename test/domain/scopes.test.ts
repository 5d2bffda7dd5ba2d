import { deploymentScopes, isScope, scopeMeanings, scopes } from '../../src/domain/scopes';

test('every scope is told from any other word, and has a meaning', () => {
  for (const scope of [...scopes, ...deploymentScopes]) {
    expect(isScope(scope)).toBe(true);
    expect(scopeMeanings[scope]).toMatch(/^[A-Z].+\.$/);
  }
  for (const word of ['', 'root', 'Admin', 'constructor', '__proto__', 'toString'])
    expect(isScope(word)).toBe(false);
});

test('what reaches beyond a tenant is none of the scopes that its keys can be given', () => {
  for (const scope of deploymentScopes) expect(scopes).not.toContain(scope);
});
