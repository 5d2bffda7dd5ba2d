import { configuredInbox, newInboxKey, openInbox } from '../../../src/embedded/inbox/open-inbox';
import { startInbox } from '../../../src/embedded/inbox/inbox-server';

describe('the inbox of a start', () => {
  it('is one of its own where none is configured, by a key that nobody can guess', async () => {
    const key = newInboxKey();
    const { url, stop } = await openInbox({ MFAFLOW_INBOX_URL: '' }, 0, key);
    const read = async (by: string): Promise<number> =>
      (await fetch(`${url}/messages.json`, { headers: { authorization: `Bearer ${by}` } })).status;
    expect([await read(key), await read(newInboxKey())]).toEqual([200, 401]);
    await stop();
    await expect(read(key)).rejects.toThrow();
  });

  it('is the configured one otherwise, which outlives the start', async () => {
    const own = await startInbox({ host: '127.0.0.1', port: 0, key: 'its key' });
    const env = { MFAFLOW_INBOX_URL: own.url, MFAFLOW_INBOX_KEY: 'its key' };
    const { url, key, stop } = await openInbox(env, 0, newInboxKey());
    expect({ url, key }).toEqual(configuredInbox(env));
    await stop();
    expect((await fetch(own.url)).status).toBe(200);
    await own.stop();
  });
});
