/** Every string and byte of a value, however deep: what somebody who holds it can read of it. */
export function readableBytes(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (typeof value !== 'object' || value === null) return Buffer.alloc(0);
  return Buffer.concat(
    Object.entries(value).flatMap(([name, part]) => [Buffer.from(name), readableBytes(part)]),
  );
}
