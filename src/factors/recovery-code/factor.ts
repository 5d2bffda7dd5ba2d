import type { Factor } from '../factor';
import { afterRestore } from './after-restore';
import { contract } from './contract';
import { enrol } from './enrol';
import { remaining, verify } from './verify';

/** A set of single-use codes to keep on paper: saved recovery codes (NIST SP 800-63B-4 §4.2.1.1). */
export const recoveryCode: Factor = { contract, methods: { enrol, verify, afterRestore, remaining } };
