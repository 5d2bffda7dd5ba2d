import type { Check } from './check';
import { binariesCheck } from './checks/binaries';
import { clocksCheck } from './checks/clocks';
import { connectionsCheck } from './checks/connections';
import { keysDatabaseCheck, mainDatabaseCheck } from './checks/databases';
import { diskCheck } from './checks/disk';
import { durabilityCheck } from './checks/durability';
import { dataKeysCheck, masterKeyCheck, signingKeysCheck } from './checks/keys';
import { sweepLagCheck } from './checks/lag';
import { migrationsCheck } from './checks/migrations';
import { processesCheck, taskQueueCheck } from './checks/processes';
import { settingsCheck } from './checks/settings';
import { namespaceCheck, schedulesCheck, temporalCheck, temporalVersionCheck } from './checks/temporal';
import { productionCheck, testClockCheck } from './checks/test-remains';

/** Every check, in the order in which one would look. */
export const catalogue: readonly Check[] = [
  settingsCheck,
  binariesCheck,
  mainDatabaseCheck,
  keysDatabaseCheck,
  migrationsCheck,
  durabilityCheck,
  connectionsCheck,
  diskCheck,
  masterKeyCheck,
  dataKeysCheck,
  signingKeysCheck,
  temporalCheck,
  temporalVersionCheck,
  namespaceCheck,
  schedulesCheck,
  processesCheck,
  taskQueueCheck,
  clocksCheck,
  testClockCheck,
  productionCheck,
  sweepLagCheck,
];
