import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from '../config';
import { packageRoot } from '../package-root';
import { configurationReference } from './configuration-reference';

writeFileSync(
  join(packageRoot(), 'docs', 'configuration.md'),
  configurationReference(Object.values(settings)),
);
