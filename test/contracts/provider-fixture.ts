import type { CallbackRequest, OutboundMessage, Provider, Submission } from '../../src/delivery/provider';

/** What goes wrong at a provider. */
export type FaultName =
  | 'refuses the address'
  | 'refuses the message'
  | 'refuses our credentials'
  | 'asks to slow down'
  | 'breaks by itself'
  | 'hangs'
  | 'resets the connection'
  | 'takes it and never answers'
  | 'cannot be reached';

export interface ProvokedFault {
  /** Makes the next submission meet it. */
  readonly provoke: () => Promise<void> | void;
  /** What the provider has to make of it. */
  readonly becomes: Partial<Submission>;
  /** Whether it was met, where that is more than the provider being spoken to. */
  readonly met?: () => boolean;
  /** How many messages arrive in spite of it. */
  readonly arrives: 0 | 1;
}

/** What an implementation brings: a provider at its simulator, and the means to look behind it. */
export interface ProviderFixture {
  readonly provider: Provider;
  /** A message that is new to the provider. */
  readonly message: (more?: Partial<OutboundMessage>) => OutboundMessage;
  /** What the person whom it was for has in hand. */
  readonly arrived: (to: string) => readonly string[];
  /** How often the provider was spoken to. */
  readonly contacts: () => number;
  /** The last of them leaves nobody there. */
  readonly faults: Readonly<Record<FaultName, ProvokedFault>>;
  /** What must be in nothing that is kept. */
  readonly secrets: readonly string[];
  readonly callbacks?: CallbackFixture;
  readonly close: () => Promise<void>;
}

/** A callback about a message that the provider took and calls by `ref`. */
type Reported = (ref: string, message: OutboundMessage) => CallbackRequest;

export interface CallbackFixture {
  /** The provider's report that the message arrived. */
  readonly genuine: Reported;
  /** As good a report that somebody signed who does not have the secret. */
  readonly forged: Reported;
  /** A genuine report that was meant for another URL, or another's. */
  readonly misdirected: Reported;
  /** The genuine report with another body under its signature. */
  readonly altered: Reported;
}

/** Long enough for an answer on a busy machine. */
export const PATIENCE_MS = 10_000;
/** After which a provider that was not even seen to be spoken to is left. */
const HANGING_MS = 1_000;

/** Submits what meets a fault; a provider that hangs is left as soon as it is where it hangs. */
export async function submitInto(
  { provider, contacts, arrived }: ProviderFixture,
  { provoke, becomes, met, arrives }: ProvokedFault,
  message: OutboundMessage,
): Promise<Submission> {
  await provoke();
  if (!('code' in becomes && becomes.code === 'timed_out'))
    return provider.submit(message, AbortSignal.timeout(PATIENCE_MS));
  const before = contacts();
  const leaving = new AbortController();
  const looking = setInterval(() => {
    const isThere = arrives === 1 ? arrived(message.to).length > 0 : (met?.() ?? contacts() > before);
    if (isThere) leaving.abort();
  }, 20);
  const signal = AbortSignal.any([
    leaving.signal,
    AbortSignal.timeout(arrives === 1 ? PATIENCE_MS : HANGING_MS),
  ]);
  try {
    return await provider.submit(message, signal);
  } finally {
    clearInterval(looking);
  }
}
