import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** An account of the application. `userId` is what mfaflow knows: opaque, and no personal data. */
export interface Account {
  readonly name: string;
  readonly userId: string;
}

export interface Accounts {
  readonly all: readonly Account[];
  /** The account, when the password is its own. Takes as long when there is no such account. */
  checkPassword(name: string, password: string): Promise<Account | undefined>;
}

export const demoAccounts = [
  { name: 'alice', password: 'a long walk by the sea', userId: 'login-app-1' },
  { name: 'bob', password: 'seven quiet elephants', userId: 'login-app-2' },
];

/** OWASP Password Storage Cheat Sheet: N = 2^17, r = 8, p = 1, which takes 128 MB. */
const cost: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

interface Stored {
  readonly account: Account;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Accounts in memory; a real application has them in its database, and limits how often passwords are guessed. */
export async function createAccounts(of: typeof demoAccounts): Promise<Accounts> {
  const stored = new Map<string, Stored>();
  for (const { name, password, userId } of of) {
    const salt = randomBytes(16);
    stored.set(name, { account: { name, userId }, salt, hash: await hashOf(password, salt) });
  }
  const nobody = { salt: randomBytes(16), hash: randomBytes(32) };
  return {
    all: [...stored.values()].map(({ account }) => account),
    async checkPassword(name, password) {
      const found = stored.get(name);
      const { salt, hash } = found ?? nobody;
      const isRight = timingSafeEqual(await hashOf(password, salt), hash);
      return isRight ? found?.account : undefined;
    },
  };
}

function hashOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, cost, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}
