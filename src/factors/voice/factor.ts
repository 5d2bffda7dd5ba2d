import type { Factor } from '../factor';
import { codeOf } from '../issued-code';
import { afterRestore } from './after-restore';
import { contract } from './contract';
import { addressOf, enrol } from './enrol';
import { verify } from './verify';

/** Codes read out by a call: out-of-band over the public telephone network (NIST SP 800-63B-4 §3.1.3.3). */
export const voice: Factor = { contract, methods: { enrol, verify, afterRestore, codeOf, addressOf } };
