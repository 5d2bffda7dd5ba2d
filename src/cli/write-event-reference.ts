import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventTypes } from '../domain/events/catalogue';
import { packageRoot } from '../package-root';
import { eventReference } from './event-reference';

writeFileSync(join(packageRoot(), 'docs', 'event-types.md'), eventReference(eventTypes.values()));
