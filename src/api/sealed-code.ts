import { sealSubmittedCode } from '../security/submitted-code';
import type { RouteCall } from './route';

/** Seals a submitted code for the one command that checks it, so that no history holds it, even decoded. */
export function sealCode(call: RouteCall<unknown, unknown, unknown>, code: string): string {
  const { parts, caller, user, command } = call;
  return sealSubmittedCode(parts.secrets.commandKey, code, `${caller.tenantId}|${user.userId}|${command.id}`);
}
