import { startSystem } from '../running-system';
import { ApiUser } from './api-user';

it('a long poll is answered when its process stops, for what is still pending', async () => {
  const system = await startSystem();
  const user = await ApiUser.enrolled(system);
  const begun = await system.call('POST', user.path('/authentications'), { body: {} });
  const path = `/v1/authentications/${begun.body.id as string}?wait=25`;
  const reads = [system.call('GET', path), system.call('GET', path)];
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stopped = system.stop();
  for (const { status, body } of await Promise.all(reads))
    expect([status, body.status]).toEqual([200, 'pending']);
  await stopped;
}, 60_000);
