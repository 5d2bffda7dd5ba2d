import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Account } from './accounts';

/** A factor that waits for its first code: with a QR code to scan, or with an address that one was sent to. */
export interface Enrolment {
  readonly factorId: string;
  readonly kind: string;
  readonly secret?: string;
  readonly qrSvg?: string;
  /** Masked by mfaflow. */
  readonly address?: string;
  /** Ms since the epoch: before, no other code is sent. */
  readonly resendAt?: number;
}

/** What a step-up is for, by where it leads. */
export type Destination = '/recovery-codes/new' | '/enrol';

/** The authentication that waits for a code. */
export interface OpenAuthentication {
  readonly id: string;
  /** Its assertion must carry it. */
  readonly nonce: string;
  readonly purpose: 'login' | 'step-up';
  /** Where a step-up leads. */
  readonly destination?: Destination;
  /** Ms since the epoch: no code is evaluated before, after many wrong ones. */
  readonly waitUntil?: number;
}

/** What the application remembers of one browser. */
export interface BrowserSession {
  /** Goes into every form and must come back: no other site can know it. */
  readonly csrf: string;
  /** Whose password was right. Nobody is logged in by that. */
  account?: Account;
  /** A factor that is being enrolled. */
  enrolment?: Enrolment;
  /** Recovery codes that wait for one of them to be typed back. */
  recoveryFactorId?: string;
  authentication?: OpenAuthentication;
  /** An assertion that allows a change of factors. */
  stepUp?: string;
  /** Logged in: the session at mfaflow. */
  login?: { sessionId: string; token: string };
}

const cookieName = 'login_app';
const idleMs = 30 * 60_000;
const mostSessions = 10_000;

/** Sessions in the memory of this process, by a random id in a cookie. */
export class BrowserSessions {
  readonly #sessions = new Map<string, { session: BrowserSession; usedAt: number }>();

  /** The session of the browser that asks, or a new one. */
  of(request: Request, response: Response): BrowserSession {
    return this.find(request) ?? this.#begin(response, {});
  }

  find(request: Request): BrowserSession | undefined {
    const id = idOf(request);
    const found = id === undefined ? undefined : this.#sessions.get(id);
    if (id === undefined || found === undefined || Date.now() - found.usedAt > idleMs) return undefined;
    // The oldest goes first when there are too many: what was used last is the newest.
    this.#sessions.delete(id);
    this.#sessions.set(id, { ...found, usedAt: Date.now() });
    return found.session;
  }

  /** A session under a new id and CSRF token, so that an id planted before a login is worth nothing after it. */
  renew(request: Request, response: Response, keep: Partial<Omit<BrowserSession, 'csrf'>>): BrowserSession {
    const id = idOf(request);
    if (id !== undefined) this.#sessions.delete(id);
    return this.#begin(response, keep);
  }

  #begin(response: Response, keep: Partial<Omit<BrowserSession, 'csrf'>>): BrowserSession {
    const id = randomBytes(32).toString('base64url');
    const session = { ...keep, csrf: randomBytes(32).toString('base64url') };
    this.#sessions.set(id, { session, usedAt: Date.now() });
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size > mostSessions && oldest.done !== true) this.#sessions.delete(oldest.value);
    // `Secure` belongs here too as soon as the application is reached by https.
    response.set('Set-Cookie', `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax`);
    return session;
  }
}

function idOf(request: Request): string | undefined {
  return /(?:^|;\s*)login_app=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
}
