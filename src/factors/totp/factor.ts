import type { Factor } from '../factor';
import { afterRestore } from './after-restore';
import { contract } from './contract';
import { disclose, enrol } from './enrol';
import { importMaterial } from './import';
import { verify } from './verify';

/** Time-based one-time passwords of an authenticator app (RFC 6238). */
export const totp: Factor = { contract, methods: { enrol, verify, afterRestore, disclose, importMaterial } };
