/** What a tenant's API key may be allowed to do: granted by the API, by a key that has the scope itself. */
export const scopes = [
  'authenticate',
  'manage-users',
  'operate',
  'audit',
  'admin',
  'events',
  'security-events',
] as const;

/** What reaches beyond the key's own tenant: granted on the command line alone. */
export const deploymentScopes = ['manage-tenants'] as const;

export type Scope = (typeof scopes)[number] | (typeof deploymentScopes)[number];

export const scopeMeanings: Record<Scope, string> = {
  authenticate: 'Log users in: authentications, sessions, reading users and their factors.',
  'manage-users':
    'Create, import and export users, read and change their contacts, find them by address; enrol, rename and remove their factors.',
  operate:
    'Act for the operator: lock, unlock, revoke, raise epochs, change factors with a reason, find users by address.',
  audit:
    'Read the timeline, the events and all exports with the personal data in them, and every e-mail address and phone number.',
  admin: 'Manage API keys, own types of event, the words of messages, and how they may travel.',
  events: 'Say what happened elsewhere. Some events take back everything that was issued to their user.',
  'security-events': 'Hand over security event tokens, which count by the signature of their transmitter.',
  'manage-tenants': 'Make, rename and disable the tenants of the deployment.',
};

/** Whether a word is a scope. */
export function isScope(word: string): word is Scope {
  return Object.hasOwn(scopeMeanings, word);
}
