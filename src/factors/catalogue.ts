import type { FactorContracts } from '../domain/factor-contract';
import { email } from './email/factor';
import type { Factor } from './factor';
import { recoveryCode } from './recovery-code/factor';
import { sms } from './sms/factor';
import { temporaryPass } from './temporary-pass/factor';
import { totp } from './totp/factor';
import { voice } from './voice/factor';

const everyFactor: readonly Factor[] = [totp, recoveryCode, sms, voice, email, temporaryPass];

/** Every factor kind there is, by kind; a new one is an entry in the list above. */
export const factors: ReadonlyMap<string, Factor> = new Map(
  everyFactor.map((factor) => [factor.contract.kind, factor]),
);

/** The contracts alone, as the flow engine takes them. */
export const factorContracts: FactorContracts = new Map(
  everyFactor.map(({ contract }) => [contract.kind, contract]),
);
