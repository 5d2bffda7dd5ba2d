/** What a tenant's API key may be allowed to do: granted by the API, by a key that has the scope itself. */
export const scopes = ['authenticate', 'manage-users', 'operate', 'audit', 'admin'] as const;

/** What reaches beyond the key's own tenant: granted on the command line alone. */
export const deploymentScopes = ['manage-tenants'] as const;

export type Scope = (typeof scopes)[number] | (typeof deploymentScopes)[number];

export const scopeMeanings: Record<Scope, string> = {
  authenticate: 'Log users in: authentications, sessions, reading users and their factors.',
  'manage-users': 'Create and import users, enrol, rename and remove their factors.',
  operate: 'Act for the operator: lock, unlock, revoke, raise epochs, change factors with a reason.',
  audit: 'Read the timeline with the personal data in it.',
  admin: 'Manage API keys.',
  'manage-tenants': 'Make, rename and disable the tenants of the deployment.',
};

/** Whether a word is a scope. */
export function isScope(word: string): word is Scope {
  return Object.hasOwn(scopeMeanings, word);
}
