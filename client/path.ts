/**
 * The path with its parameters in place, percent-encoded.
 *
 * @throws {TypeError} when one is missing, empty, `.` or `..`: the request would go to another path, perhaps one that deletes more.
 */
export function serializePath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (typeof value !== 'string' || /^\.{0,2}$/.test(value))
      throw new TypeError(`${name} must be a text, and neither empty nor . nor ..`);
    return encodeURIComponent(value);
  });
}
