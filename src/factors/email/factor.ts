import type { Factor } from '../factor';
import { codeOf } from '../issued-code';
import { afterRestore } from './after-restore';
import { contract } from './contract';
import { addressOf, enrol } from './enrol';
import { verify } from './verify';

/** Codes and links in e-mails: a mailbox, and no device (NIST SP 800-63B-4 §3.1.3.1). */
export const email: Factor = { contract, methods: { enrol, verify, afterRestore, codeOf, addressOf } };
