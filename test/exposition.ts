/** One series at one moment. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Family {
  type: string;
  help: string | undefined;
  samples: Sample[];
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: (-?\d+))?$/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/y;
const types = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];

/**
 * Reads the text format of Prometheus, version 0.0.4, and takes nothing that its description does not allow: each
 * family is declared once, before its samples, which stand together, each series once.
 *
 * @throws Error that names the line
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    if (line.startsWith('#')) current = declare(line, families, helps);
    else current = addSample(line, families, current, seen);
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family);
  return families;
}

function declare(line: string, families: Map<string, Family>, helps: Map<string, string>): string {
  const [, keyword = '', name = '', rest = ''] = /^# (HELP|TYPE) (\S+)(?: (.*))?$/.exec(line) ?? [];
  if (!metricName.test(name)) throw new Error(`no declaration: ${line}`);
  if (keyword === 'HELP') {
    if (helps.has(name) || families.has(name)) throw new Error(`a second or late HELP: ${line}`);
    helps.set(name, rest);
    return name;
  }
  if (families.has(name)) throw new Error(`declared twice: ${line}`);
  if (!types.includes(rest)) throw new Error(`no type: ${line}`);
  families.set(name, { type: rest, help: helps.get(name), samples: [] });
  return name;
}

function addSample(line: string, families: Map<string, Family>, current: string, seen: Set<string>): string {
  const [, name = '', labelText = '', number = ''] = sampleLine.exec(line) ?? [];
  if (name === '') throw new Error(`no sample: ${line}`);
  const owner = ownerOf(name, families);
  if (owner !== current) throw new Error(`not with its family, or not declared: ${line}`);
  const labels = labelsOf(labelText, line);
  const series = name + JSON.stringify(Object.entries(labels).sort());
  if (seen.has(series)) throw new Error(`the same series twice: ${line}`);
  seen.add(series);
  const value = { '+Inf': Infinity, '-Inf': -Infinity, NaN: NaN }[number] ?? Number(number);
  if (Number.isNaN(value) && number !== 'NaN') throw new Error(`no number: ${line}`);
  families.get(owner)!.samples.push({ name, labels, value });
  return owner;
}

function ownerOf(name: string, families: Map<string, Family>): string {
  if (families.has(name)) return name;
  const base = name.replace(/_(bucket|sum|count)$/, '');
  const type = families.get(base)?.type;
  return type === 'histogram' || type === 'summary' ? base : '';
}

function labelsOf(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name = '', value = ''] = label.exec(text) ?? [];
    if (name === '' || name in labels || name.startsWith('__')) throw new Error(`no labels: ${line}`);
    labels[name] = value.replaceAll(/\\([\\n"])/g, (_, kind: string) => (kind === 'n' ? '\n' : kind));
  }
  return labels;
}

/** Buckets add up, end with +Inf, and agree with the count, for every set of labels. */
function checkHistogram(name: string, { samples }: Family): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const rest = Object.entries(sample.labels).filter(([name]) => name !== 'le');
    const key = JSON.stringify(rest.sort());
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels['le'] === '+Inf' ? Infinity : Number(labels['le'])));
    const values = buckets.map(({ value }) => value);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const ordered = (list: number[]) =>
      list.every((value, index) => index === 0 || list[index - 1]! <= value);
    const hasSum = group.some((sample) => sample.name === `${name}_sum`);
    if (
      !ordered(bounds) ||
      !ordered(values) ||
      bounds.at(-1) !== Infinity ||
      values.at(-1) !== count ||
      !hasSum
    )
      throw new Error(`no histogram: ${name} ${key}`);
  }
}

/** The value of one series; 0 when there is none. */
export function valueOf(
  families: Map<string, Family>,
  name: string,
  labels: Record<string, string> = {},
): number {
  const wanted = Object.entries(labels);
  const samples = [...families.values()].flatMap((family) => family.samples);
  return samples
    .filter((sample) => sample.name === name && wanted.every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}
