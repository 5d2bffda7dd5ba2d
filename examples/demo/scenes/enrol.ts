import { createPhone } from '../phone';
import { given, type Enrolled, type Stage } from '../stage';

/** TOTP first, then the recovery codes that are offered after it. */
export async function enrol({ backend, clock, narrator, userPath }: Stage): Promise<Enrolled> {
  narrator.scene('The user enrols an authenticator app, and saves recovery codes');
  const totp = await backend.call('POST', `${userPath}/factors`, {
    body: { kind: 'totp', name: 'Phone' },
    expect: 201,
  });
  const phone = createPhone(given(totp.enrolment?.secret, 'secret'), clock);
  narrator.say('  The application shows the QR code; the user scans it and types the first code.\n');
  const confirmed = await backend.call('POST', `${userPath}/factors/${given(totp.id, 'id')}/confirm`, {
    body: { code: await phone.nextCode() },
  });
  narrator.say('  The confirmation is itself a proof: its assertion allows to enrol recovery codes now.\n');
  const set = await backend.call('POST', `${userPath}/factors`, {
    body: { kind: 'recovery-code' },
    headers: { 'MFAFlow-Step-Up': given(confirmed.assertion, 'assertion') },
    expect: 201,
  });
  const [first, ...recoveryCodes] = given(set.enrolment?.codes, 'codes');
  narrator.say('  The user saves them, and types one back to show it, which uses it up.\n');
  await backend.call('POST', `${userPath}/factors/${given(set.id, 'id')}/confirm`, {
    body: { code: first },
  });
  return { phone, recoveryCodes };
}
