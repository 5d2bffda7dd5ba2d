import { median, rounded } from './statistics';

/** One measured number and what it is held against. */
export interface Figure {
  readonly value: number;
  readonly target: number;
  readonly unit: string;
  /** `max`: the value may not exceed the target. */
  readonly direction: 'max' | 'min';
  /** The value of each round. */
  readonly rounds: readonly number[];
  /** What the value was made of, in the units that its names end in. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export type Figures = Readonly<Record<string, Figure>>;

/** A figure whose value is the median of its rounds. */
export function figureOf(
  target: { target: number; unit: string; direction: Figure['direction'] },
  rounds: readonly number[],
  raw: Figure['raw'],
): Figure {
  return { value: rounded(median(rounds)), ...target, rounds: rounds.map((round) => rounded(round)), raw };
}

export function meetsTarget({ value, target, direction }: Figure): boolean {
  return direction === 'max' ? value <= target : value >= target;
}
