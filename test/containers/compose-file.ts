import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/package-root';

export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { condition: string }>> | readonly string[];
  readonly deploy?: { readonly resources?: { readonly limits?: { memory?: string; cpus?: string } } };
  readonly mem_limit?: string;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const textOf = (name: string): string => readFileSync(join(packageRoot(), name), 'utf8');

/** The file as it stands, anchors resolved. */
export function readComposeFile(): ComposeFile {
  return parse(textOf('docker-compose.yml'), { merge: true }) as ComposeFile;
}

/** `${NAME}`, `${NAME:-default}`, `${NAME:?why}` anywhere in a text. */
const reference = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

/** What a text asks of the environment of whoever starts it. */
export function referencesIn(text: string): { name: string; required: boolean; fallback: string }[] {
  return [...text.matchAll(reference)].map(([, name = '', kind, rest = '']) => ({
    name,
    required: kind === '?',
    fallback: kind === '-' ? rest : '',
  }));
}

/** The text with what it asks for filled in: the default, or a stand-in. */
export function interpolated(text: string): string {
  return text.replace(reference, (_, _name, kind, rest) => (kind === '-' ? String(rest) : 'standin'));
}
