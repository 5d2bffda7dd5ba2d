import type { Factor } from '../factor';
import { afterRestore } from './after-restore';
import { contract } from './contract';
import { enrol, expiresAt } from './enrol';
import { remaining, verify } from './verify';

/** A code that an operator issues for a while and with a reason, to get somebody back in who has no other factor at hand. */
export const temporaryPass: Factor = {
  contract,
  methods: { enrol, verify, afterRestore, remaining, expiresAt },
};
