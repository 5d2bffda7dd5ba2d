import { createPhone } from '../phone';
import { given, type Enrolled, type Stage } from '../stage';

/** TOTP first, then the recovery codes that are offered after it. */
export async function enrol({ backend, clock, narrator, user, userId }: Stage): Promise<Enrolled> {
  const confirm = async (factorId: string, code: string) => {
    const params = { path: { userId, factorId } };
    const path = '/v1/users/{userId}/factors/{factorId}/confirm';
    return (await backend.POST(path, { params, body: { code } })).data;
  };

  narrator.scene('The user enrols an authenticator app, and saves recovery codes');
  const { data: totp } = await backend.POST('/v1/users/{userId}/factors', {
    params: user,
    body: { kind: 'totp', name: 'Phone' },
  });
  const phone = createPhone(given(totp.enrolment?.secret, 'secret'), clock);
  narrator.say('  The application shows the QR code; the user scans it and types the first code.\n');
  const confirmed = await confirm(totp.id, await phone.nextCode());
  narrator.say('  The confirmation is itself a proof: its assertion allows to enrol recovery codes now.\n');
  const assertion = given(confirmed.assertion, 'assertion');
  const header = { 'MFAFlow-Step-Up': assertion };
  const { data: set } = await backend.POST('/v1/users/{userId}/factors', {
    params: { ...user, header },
    body: { kind: 'recovery-code' },
  });
  const [first, ...recoveryCodes] = given(set.enrolment?.codes, 'codes');
  narrator.say('  The user saves them, and types one back to show it, which uses it up.\n');
  await confirm(set.id, given(first, 'code'));
  return { phone, recoveryCodes, assertion };
}
