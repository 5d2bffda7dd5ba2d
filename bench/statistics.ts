/** The value that a share of the samples does not exceed (nearest rank); `share` from 0 to 1. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('No samples, no percentile.');
  return value;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return (at(sorted, Math.floor(middle)) + at(sorted, Math.ceil(middle) - 1)) / 2;
}

export function sum(samples: readonly number[]): number {
  return samples.reduce((total, sample) => total + sample, 0);
}

/** To `digits` behind the point, for people and files. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index];
  if (value === undefined) throw new RangeError('No samples, no median.');
  return value;
}
