/** As many digits as these, and wrong. */
export function otherDigits(code: string): string {
  return `${code.slice(0, -1)}${(Number(code.slice(-1)) + 5) % 10}`;
}
