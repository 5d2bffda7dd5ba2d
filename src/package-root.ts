import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds package.json, whether this runs from `src/` or from `dist/src/`. */
export function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('mfaflow runs from a checkout: no package.json above ' + __dirname);
    folder = parent;
  }
  return folder;
}
