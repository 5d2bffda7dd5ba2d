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
  /** What it may hold, in words, for the reference: `a whole number from 0 to 65535`. */
  values: string;
  read(environment: Environment): T;
}

function setting<T>(
  name: string,
  help: string,
  fallback: string | undefined,
  values: string,
  parse: (text: string) => T,
): Setting<T> {
  return {
    name,
    help,
    fallback,
    values,
    read(environment) {
      const text = environment[name]?.trim();
      const given = text === undefined || text === '' ? fallback : text;
      if (given === undefined) throw new ConfigInvalid(`${name} is not set. ${help}`);
      return parse(given);
    },
  };
}

export const text = (name: string, help: string, fallback?: string) =>
  setting(name, help, fallback, 'text', (given) => given);

export const optionalText = (name: string, help: string): Setting<string | undefined> =>
  setting(name, help, '', 'text', (given) => (given === '' ? undefined : given));

const wholeFrom = (least: number, most: number) => `a whole number from ${least} to ${most}`;

function parseWhole(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new ConfigInvalid(`${name} must be ${wholeFrom(least, most)}.`);
  return value;
}

export const whole = (name: string, help: string, fallback: number, least: number, most: number) =>
  setting(name, help, String(fallback), wholeFrom(least, most), (given) =>
    parseWhole(name, given, least, most),
  );

/** A number whose absence says something of its own, such as that a part is not wanted. */
export const optionalWhole = (
  name: string,
  help: string,
  least: number,
  most: number,
): Setting<number | undefined> =>
  setting(name, help, '', wholeFrom(least, most), (given) =>
    given === '' ? undefined : parseWhole(name, given, least, most),
  );

export const flag = (name: string, help: string, fallback: '0' | '1' = '0') =>
  setting(name, help, fallback, '0 or 1', (given) => {
    if (given !== '0' && given !== '1') throw new ConfigInvalid(`${name} must be 0 or 1.`);
    return given === '1';
  });

export const url = (name: string, help: string, fallback?: string) =>
  setting(name, help, fallback, 'a URL', (given) => {
    if (!URL.canParse(given)) throw new ConfigInvalid(`${name} must be a URL.`);
    return given;
  });

export const choice = <T extends string>(name: string, help: string, fallback: T, choices: readonly T[]) =>
  setting(name, help, fallback, `one of ${choices.join(', ')}`, (given) => {
    const chosen = choices.find((one) => one === given);
    if (chosen === undefined) throw new ConfigInvalid(`${name} must be one of ${choices.join(', ')}.`);
    return chosen;
  });
