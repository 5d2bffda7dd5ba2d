/** What an API key may be allowed to do. */
export const scopes = ['authenticate', 'manage-users', 'operate', 'audit', 'admin'] as const;

export type Scope = (typeof scopes)[number];

export const scopeMeanings: Record<Scope, string> = {
  authenticate: 'Log users in: authentications, sessions, reading users and their factors.',
  'manage-users': 'Create and import users, enrol, rename and remove their factors.',
  operate: 'Act for the operator: lock, unlock, revoke, raise epochs, change factors with a reason.',
  audit: 'Read the timeline with the personal data in it.',
  admin: 'Manage API keys.',
};
