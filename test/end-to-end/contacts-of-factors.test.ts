import { linkIn } from '../handset';
import { startEndToEnd, type EndToEndSystem } from './end-to-end-system';
import { reason, stepUp, type Person } from './person';
import { press } from './pressed-link';
import { newNumber, noticesTo, Reachable } from './reachable-person';

describe('an address that a factor was confirmed by', () => {
  let system: EndToEndSystem;

  beforeAll(async () => {
    system = await startEndToEnd();
  }, 60_000);

  afterAll(() => system.stop());

  const addressesOf = async (person: Person): Promise<string[]> =>
    (await person.call('GET', '/contacts')).body.contacts.map(({ address }: { address: string }) => address);
  const remove = (person: Person, factorId: string) =>
    person.call('DELETE', `/factors/${factorId}`, undefined, reason('not hers'));
  /** How many messages were written for an address, told or not. */
  const noticesFor = async (address: string, least: number) =>
    (await noticesTo(system, address, least)).length;

  /** With a mailbox of hers, and a number that somebody else has by now. */
  async function withTwo() {
    const person = await system.known();
    const mail = await new Reachable(system, person, 'email').confirmed();
    const phone = await new Reachable(system, person, 'sms').confirmed(reason('there was no device'));
    await noticesTo(system, phone.address, 1);
    return { person, mail, phone, known: await noticesFor(mail.address, 2) };
  }

  it('is told once of the removal of its factor, and of nothing after that', async () => {
    const { person, mail, phone, known } = await withTwo();
    expect(await addressesOf(person)).toEqual([mail.address, phone.address]);
    await remove(person, phone.factorId);
    expect(await addressesOf(person)).toEqual([mail.address]);
    expect(await noticesFor(phone.address, 2)).toBe(2);
    await person.enrolPhone(reason('a device'));
    expect(await noticesFor(mail.address, known + 2)).toBe(known + 2);
    expect(await noticesFor(phone.address, 2)).toBe(2);
  });

  it('is no address of the user any more once its factor was frozen, and is not told of the removal', async () => {
    const { person, mail, phone, known } = await withTwo();
    const [notice] = await noticesTo(system, mail.address, known);
    await press(system, linkIn(notice!));
    expect((await person.call('GET', `/factors/${phone.factorId}`)).body.frozen).toBe(true);
    expect(await addressesOf(person)).toEqual([mail.address]);
    await person.enrolPhone(reason('a device'));
    await remove(person, phone.factorId);
    expect(await noticesFor(mail.address, known + 2)).toBe(known + 2);
    expect(await noticesFor(phone.address, 1)).toBe(1);
  });

  it('stays when the application had added it, before or after', async () => {
    for (const when of ['before', 'after']) {
      const person = await system.known();
      const phone = new Reachable(system, person, 'sms', newNumber());
      const add = () =>
        person.call('POST', '/contacts', { kind: 'phone', address: phone.address, verified: true });
      if (when === 'before') expect((await add()).status).toBe(201);
      await phone.confirmed();
      if (when === 'after') expect((await add()).status).toBe(200);
      await remove(person, phone.factorId);
      expect(await addressesOf(person)).toEqual([phone.address]);
    }
  });

  it('goes over to the factor that takes the place of its own, and goes with that one', async () => {
    const person = await system.known();
    const number = newNumber();
    const old = await new Reachable(system, person, 'sms', number).confirmed();
    const fresh = await new Reachable(system, person, 'sms', number).confirmed(stepUp(person.assertion), {
      replaces: old.factorId,
    });
    expect(await addressesOf(person)).toEqual([number]);
    await remove(person, fresh.factorId);
    expect(await addressesOf(person)).toEqual([]);
  });
});
