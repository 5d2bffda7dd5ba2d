import type { Submission } from '../../src/delivery/provider';
import { verdicts } from '../../src/delivery/twilio/errors';
import { submitInto, type ProviderFixture, type ProvokedFault } from '../contracts/provider-fixture';
import {
  gatewayFixture,
  inboxFixture,
  smtpFixture,
  twilioFixture,
  type ScriptedByHttp,
  type ScriptedByMail,
} from './provider-fixtures';
import type { MailFault } from './smtp/scripted-mailbox';

type Expected = Partial<Submission>;
type Rows = Readonly<Record<string, ProvokedFault>>;

const address: Expected = { outcome: 'rejected', scope: 'address' };
const provider: Expected = { outcome: 'rejected', scope: 'provider' };
const failed: Expected = { outcome: 'failed' };
const uncertain: Expected = { outcome: 'uncertain' };
const slowDown: Expected = { outcome: 'slow-down' };
const slowDownHere: Expected = { outcome: 'slow-down', scope: 'address' };

/** Statuses of HTTP that are not in the contract suite, as every provider over HTTP reads them. */
const statuses: Readonly<Record<string, Expected>> = {
  '302': provider,
  '400': provider,
  '403': provider,
  '404': provider,
  '413': provider,
  '422': provider,
  '501': failed,
  '502': uncertain,
  '503': failed,
  '504': uncertain,
};

/** Replies of a mail server, by the command that they answer. */
const replies: readonly (readonly [Extract<MailFault, { reply: number }>['at'], number, string, Expected])[] =
  [
    ['connect', 421, '4.3.2 Shutting down', slowDown],
    ['connect', 554, '5.7.1 No service for you', provider],
    ['sender', 452, '4.3.1 No room', slowDown],
    ['sender', 550, '5.1.8 Bad sender', provider],
    ['sender', 553, '5.1.7 Bad sender', provider],
    ['recipient', 421, '4.7.0 Too many connections', slowDown],
    ['recipient', 451, '4.3.0 Local error', failed],
    ['recipient', 450, '4.1.2 Domain not found', slowDownHere],
    ['recipient', 452, '4.2.2 Over quota', slowDownHere],
    ['recipient', 550, '5.7.1 Relaying denied', provider],
    ['recipient', 551, '5.1.6 Moved', address],
    ['recipient', 552, '5.2.2 Mailbox full', address],
    ['recipient', 553, '5.1.3 Bad mailbox', address],
    ['recipient', 554, '5.7.1 Blocked', provider],
    ['recipient', 556, '5.1.10 Takes no mail', address],
    ['data', 421, '4.3.2 Shutting down', slowDown],
    ['data', 452, '4.3.1 No room', slowDownHere],
    ['data', 550, '5.7.1 Looks like spam', provider],
    ['data', 552, '5.3.4 Too big', provider],
  ];

function answering(
  { setFaults }: ScriptedByHttp,
  fault: { status: number; code?: string; retryAfter?: number },
  becomes: Expected,
): ProvokedFault {
  const provoke = () => {
    setFaults([{ kind: 'error', ...fault, times: 1 }]);
  };
  return { provoke, becomes, arrives: 0 };
}

function httpRows(fixture: ScriptedByHttp): Rows {
  const rows = Object.entries(statuses).map(
    ([status, becomes]) =>
      [`answers ${status}`, answering(fixture, { status: Number(status) }, becomes)] as const,
  );
  return {
    ...Object.fromEntries(rows),
    'answers 429 without a time': answering(fixture, { status: 429 }, slowDown),
  };
}

function gatewayRows(fixture: ScriptedByHttp): Rows {
  return {
    ...httpRows(fixture),
    'answers 408': answering(fixture, { status: 408 }, failed),
    'answers 409': answering(fixture, { status: 409 }, uncertain),
    'answers 425': answering(fixture, { status: 425 }, failed),
    'answers 503 with a time': answering(
      fixture,
      { status: 503, retryAfter: 5 },
      {
        ...slowDown,
        retryAfterMs: 5_000,
      },
    ),
  };
}

const ofVerdict = { address, provider, failed, 'slow-down': slowDown } as const;

function twilioRows(fixture: ScriptedByHttp): Rows {
  const rows = Object.entries(verdicts).map(([code, verdict]) => {
    const status = verdict === 'slow-down' ? 429 : verdict === 'failed' ? 500 : 400;
    return [
      `answers ${code}`,
      answering(fixture, { status, code }, { ...ofVerdict[verdict], code }),
    ] as const;
  });
  return {
    ...httpRows(fixture),
    ...Object.fromEntries(rows),
    'answers a code of tomorrow': answering(fixture, { status: 400, code: '29999' }, provider),
  };
}

function mailRows({ setFault }: ScriptedByMail): Rows {
  const rows = replies.map(([at, reply, text, becomes]): readonly [string, ProvokedFault] => {
    const provoke = () => {
      setFault({ at, reply, text });
    };
    return [`${at}: ${String(reply)} ${text}`, { provoke, becomes, arrives: 0 }];
  });
  const resets: ProvokedFault = {
    provoke: () => {
      setFault({ at: 'recipient', does: 'reset' });
    },
    becomes: failed,
    arrives: 0,
  };
  return { ...Object.fromEntries(rows), 'resets before the data': resets };
}

const printed: string[] = [];

afterAll(() => {
  process.stdout.write(['', 'provider × fault × outcome', ...printed, ''].join('\n'));
});

async function walk(name: string, fixture: ProviderFixture, rows: Rows): Promise<void> {
  try {
    // Those of the contract come last: after the last of them nobody is there.
    for (const [fault, provoked] of Object.entries({ ...rows, ...fixture.faults })) {
      const message = fixture.message();
      const submission = await submitInto(fixture, provoked, message);
      const code = submission.outcome === 'accepted' ? '' : submission.code;
      const scope = 'scope' in submission ? ` for this ${submission.scope}` : '';
      printed.push(`${name.padEnd(16)} ${fault.padEnd(44)} ${submission.outcome}${scope} (${code})`);
      expect({ fault, ...submission }).toMatchObject({ fault, ...provoked.becomes });
      expect({ fault, arrived: fixture.arrived(message.to).length }).toEqual({
        fault,
        arrived: provoked.arrives,
      });
    }
  } finally {
    await fixture.close();
  }
}

describe('what becomes of a submission, provider by provider and fault by fault', () => {
  it('Twilio for texts', async () => {
    const fixture = await twilioFixture('sms');
    await walk('twilio, sms', fixture, twilioRows(fixture));
  });

  it('Twilio for calls', async () => {
    const fixture = await twilioFixture('voice');
    await walk('twilio, voice', fixture, httpRows(fixture));
  });

  it('a gateway', async () => {
    const fixture = await gatewayFixture('sms');
    await walk('gateway', fixture, gatewayRows(fixture));
  });

  it('a mail server', async () => {
    const fixture = await smtpFixture();
    await walk('smtp', fixture, mailRows(fixture));
  });

  it('the development inbox', async () => {
    const fixture = await inboxFixture('email');
    await walk('inbox', fixture, gatewayRows(fixture));
  });
});
