export type { Answered } from './calls';
export { createClient, type ClientOptions, type MfaflowClient } from './client';
export { MfaflowProblem, type ProblemCode } from './problem';
export { MfaflowUnreachable } from './unreachable';
export type * from './schema';
