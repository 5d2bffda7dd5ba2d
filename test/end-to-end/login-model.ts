/**
 * A plain model of one user's authentication and failure budget, written from the requirements alone: what one answer
 * after another must say. Times are ms since the epoch.
 */
export interface ModelState {
  failures: number;
  waitUntil: number;
  lockedUntil: number;
  operatorOnly: boolean;
  /** Newest time step that was accepted. */
  usedStep: number;
  spentCodes: readonly number[];
  /** Authentications by id, with the time at which they are over; 0 once they have ended. */
  open: Readonly<Record<string, number>>;
  /** The enrolment that waits to be confirmed until then; 0 once it is confirmed. */
  confirmableUntil: number;
}

/** What is submitted: a code of a time step, one of the recovery codes by number, or something wrong. */
export type Submitted = { step: number } | { recovery: number } | 'wrong';

export type Action =
  | { name: 'login'; code: Submitted }
  | { name: 'answer'; id: string; code: Submitted }
  | { name: 'confirm'; right: boolean }
  | { name: 'lock' }
  | { name: 'unlock'; reset: boolean };

/** What the caller was told, in a word. */
export type Told =
  | 'approved'
  | 'wrong_code'
  | 'locked'
  | 'active'
  | 'done'
  | 'try_later'
  | 'user_locked'
  | 'authentication_closed'
  | 'factor_not_pending'
  | 'enrolment_expired';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export function doorOf(state: ModelState, now: number): 'open' | 'wait' | 'locked' {
  if (state.operatorOnly || state.lockedUntil > now) return 'locked';
  return state.waitUntil > now ? 'wait' : 'open';
}

const fresh = { failures: 0, waitUntil: 0, lockedUntil: 0, operatorOnly: false };

/** What is told, and how things stand after it. */
export function apply(state: ModelState, action: Action, now: number): [Told, ModelState] {
  switch (action.name) {
    case 'lock':
      return ['done', { ...state, ...fresh, failures: state.failures, operatorOnly: true }];
    case 'unlock':
      return ['done', { ...state, ...fresh, failures: action.reset ? 0 : state.failures }];
    case 'login':
      return submit(state, action.code, now);
    case 'answer':
      return answer(state, action.id, action.code, now);
    case 'confirm':
      return confirm(state, action.right, now);
  }
}

function answer(state: ModelState, id: string, code: Submitted, now: number): [Told, ModelState] {
  if ((state.open[id] ?? 0) <= now) return ['authentication_closed', state];
  const [told, next] = submit(state, code, now);
  const ended = told === 'approved' || told === 'locked';
  return [told, ended ? { ...next, open: { ...next.open, [id]: 0 } } : next];
}

function confirm(state: ModelState, right: boolean, now: number): [Told, ModelState] {
  if (state.confirmableUntil === 0) return ['factor_not_pending', state];
  if (state.confirmableUntil <= now) return ['enrolment_expired', state];
  const door = doorOf(state, now);
  if (door !== 'open') return [door === 'wait' ? 'try_later' : 'user_locked', state];
  return right ? ['active', { ...state, confirmableUntil: 0 }] : ['wrong_code', failed(state, now)];
}

function submit(state: ModelState, code: Submitted, now: number): [Told, ModelState] {
  const door = doorOf(state, now);
  if (door !== 'open') return [door === 'wait' ? 'try_later' : 'user_locked', state];
  if (code !== 'wrong' && 'step' in code && code.step > state.usedStep) {
    return ['approved', { ...state, ...fresh, usedStep: code.step }];
  }
  if (code !== 'wrong' && 'recovery' in code && !state.spentCodes.includes(code.recovery)) {
    return ['approved', { ...state, ...fresh, spentCodes: [...state.spentCodes, code.recovery] }];
  }
  const next = failed(state, now);
  return [doorOf(next, now) === 'locked' ? 'locked' : 'wrong_code', next];
}

function failed(state: ModelState, now: number): ModelState {
  const failures = state.failures + 1;
  const next = { ...state, ...fresh, failures };
  if (failures >= 100) return { ...next, operatorOnly: true };
  if (failures >= 10)
    return { ...next, lockedUntil: now + Math.min(15 * MINUTE * 2 ** (failures - 10), 24 * HOUR) };
  if (failures >= 5) return { ...next, waitUntil: now + Math.min(30 * SECOND * 2 ** (failures - 5), HOUR) };
  return next;
}

/**
 * Every state that some order of these actions leads to while telling each caller what it was told: none when the
 * answers cannot have been given one after the other.
 */
export function explanations(
  state: ModelState,
  observed: readonly { action: Action; told: Told }[],
  now: number,
): ModelState[] {
  if (observed.length === 0) return [state];
  return observed.flatMap((first, index) => {
    const [told, next] = apply(state, first.action, now);
    if (told !== first.told) return [];
    return explanations(next, [...observed.slice(0, index), ...observed.slice(index + 1)], now);
  });
}
