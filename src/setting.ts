/** The environment does not describe something that can run; the message says what to change. */
export class ConfigInvalid extends Error {
  readonly code = 'config_invalid';
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** One variable of the environment: how it is read, what it defaults to and what it is for. */
export interface Setting<T> {
  name: string;
  help: string;
  fallback: string | undefined;
  read(environment: Environment): T;
}

function setting<T>(
  name: string,
  help: string,
  fallback: string | undefined,
  parse: (text: string) => T,
): Setting<T> {
  return {
    name,
    help,
    fallback,
    read(environment) {
      const text = environment[name]?.trim();
      const given = text === undefined || text === '' ? fallback : text;
      if (given === undefined) throw new ConfigInvalid(`${name} is not set. ${help}`);
      return parse(given);
    },
  };
}

export const text = (name: string, help: string, fallback?: string) =>
  setting(name, help, fallback, (given) => given);

export const optionalText = (name: string, help: string): Setting<string | undefined> =>
  setting(name, help, '', (given) => (given === '' ? undefined : given));

export const whole = (name: string, help: string, fallback: number, least: number, most: number) =>
  setting(name, help, String(fallback), (given) => {
    const value = Number(given);
    if (!Number.isSafeInteger(value) || value < least || value > most) {
      throw new ConfigInvalid(`${name} must be a whole number from ${least} to ${most}.`);
    }
    return value;
  });

export const flag = (name: string, help: string) =>
  setting(name, help, '0', (given) => {
    if (given !== '0' && given !== '1') throw new ConfigInvalid(`${name} must be 0 or 1.`);
    return given === '1';
  });

export const url = (name: string, help: string, fallback?: string) =>
  setting(name, help, fallback, (given) => {
    if (!URL.canParse(given)) throw new ConfigInvalid(`${name} must be a URL.`);
    return given;
  });

export const choice = <T extends string>(name: string, help: string, fallback: T, choices: readonly T[]) =>
  setting(name, help, fallback, (given) => {
    const chosen = choices.find((one) => one === given);
    if (chosen === undefined) throw new ConfigInvalid(`${name} must be one of ${choices.join(', ')}.`);
    return chosen;
  });
