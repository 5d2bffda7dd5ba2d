import type { PoolClient } from 'pg';
import type { z } from 'zod';
import { MfaError, type ErrorCode } from '../domain/errors';
import type { JsonValue } from '../domain/json';
import { factors } from '../factors/catalogue';
import { type DirectChange, type DirectCommand, writeOnce } from '../persistence/direct-write';
import { insertImported, lockForImport } from '../persistence/import-repository';
import { findUserId, insertUser, setGroups } from '../persistence/user-repository';
import type { DataKey } from '../security/data-keys';
import { openField, sealField } from '../security/field-encryption';
import { randomId } from '../security/random-id';
import { canonicalJson } from './canonical-json';
import type { ApiParts } from './parts';
import type { importedUser } from './schemas/users';
import { RECORD_VERSION } from './sealed-record';

export type ImportLine = z.output<typeof importedUser>;

/** What became of one line of an import. */
export interface ImportOutcome {
  readonly result: 'created' | 'updated' | 'exists' | 'refused';
  readonly code?: ErrorCode;
  readonly detail?: string;
}

interface Material {
  readonly kind: string;
  readonly name: string | null;
  readonly material: JsonValue;
}

/**
 * Imports one user in one transaction: all of the line or nothing of it. A line that was imported before finds
 * everything there and changes nothing.
 */
export async function importUser(
  parts: Pick<ApiParts, 'pool' | 'dataKeys'>,
  command: DirectCommand,
  line: ImportLine,
): Promise<ImportOutcome> {
  try {
    const materials = materialsOf(line);
    for (;;) {
      const outcome = await attempt(parts, command, line, materials);
      if (outcome !== undefined) return outcome;
    }
  } catch (error) {
    if (!(error instanceof MfaError) || error.code === 'unavailable') throw error;
    return {
      result: 'refused',
      code: error.code,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
}

/** One secret is one factor, however often it stands there: else each of its codes would be good twice. */
function materialsOf(line: ImportLine): Material[] {
  const distinct = new Map(
    line.factors.map(materialOf).map((one) => [canonicalJson([one.kind, one.material]), one]),
  );
  const materials = [...distinct.values()];
  for (const kind of new Set(materials.map((one) => one.kind))) {
    const most = factors.get(kind)?.contract.maxPerUser ?? 0;
    if (materials.filter((one) => one.kind === kind).length > most)
      throw new MfaError('factor_limit_reached');
  }
  return materials;
}

function materialOf(factor: ImportLine['factors'][number]): Material {
  const { kind, name = null, ...settings } = factor;
  const methods = factors.get(kind)?.methods;
  if (methods?.importMaterial === undefined)
    throw new MfaError('invalid_request', { detail: `${kind} cannot be imported` });
  return { kind, name, material: methods.importMaterial(settings) };
}

/** @returns undefined when another request made or erased the user at the same moment: then it goes again */
async function attempt(
  parts: Pick<ApiParts, 'pool' | 'dataKeys'>,
  command: DirectCommand,
  line: ImportLine,
  materials: readonly Material[],
): Promise<ImportOutcome | undefined> {
  const { tenantId } = command;
  const known = await findUserId(parts.pool, tenantId, line.id);
  const of = { tenantId, userId: known ?? randomId('usr') };
  const dataKey = await parts.dataKeys.ensure(of);
  try {
    const { result } = await writeOnce(parts.pool, command, async (client) => {
      if (known !== undefined) return await addTo(client, of, dataKey, line, materials);
      const groups = line.groups ?? [];
      if (!(await insertUser(client, { ...of, externalId: line.id, groups }))) throw new UserIsAnother();
      return await addFactors(client, of, dataKey, notAmong([], materials), 'created');
    });
    return result;
  } catch (error) {
    if (error instanceof UserIsAnother) return undefined;
    throw error;
  }
}

class UserIsAnother extends Error {}

type Of = { tenantId: string; userId: string };

async function addTo(
  client: PoolClient,
  of: Of,
  dataKey: DataKey,
  line: ImportLine,
  materials: readonly Material[],
): Promise<DirectChange<ImportOutcome>> {
  const sealed = await lockForImport(client, of.userId);
  if (sealed === undefined) throw new UserIsAnother();
  const present = sealed.map(({ kind, factorId, material }) => ({
    kind,
    json: canonicalJson(JSON.parse(openField(dataKey, material, contextOf(of, factorId)).toString('utf8'))),
  }));
  const missing = notAmong(present, materials);
  // An import is for those who have no factor here yet; nobody's second factor comes by this door.
  if (present.length > 0 && missing.length > 0) {
    throw new MfaError('step_up_required', {
      detail: 'the user has a factor here: enrol the other beside it',
    });
  }
  const regrouped = line.groups !== undefined && (await setGroups(client, of.userId, line.groups));
  if (missing.length > 0) return await addFactors(client, of, dataKey, missing, 'updated');
  if (!regrouped) return { result: { result: 'exists' }, userId: of.userId, audit: [], events: [] };
  return changeOf(of, 'updated', []);
}

/** The materials that are not among those present, each once, however often the line has it. */
function notAmong(
  present: readonly { kind: string; json: string }[],
  materials: readonly Material[],
): Material[] {
  const seen = new Set(present.map(({ kind, json }) => `${kind} ${json}`));
  return materials.filter(({ kind, material }) => {
    const name = `${kind} ${canonicalJson(material)}`;
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  });
}

/** @throws MfaError `factor_limit_reached` when there would be too many of a kind */
function assertWithinLimits(materials: readonly Material[]): void {
  for (const [kind, { contract }] of factors) {
    const count = materials.filter((material) => material.kind === kind).length;
    if (count > contract.maxPerUser) throw new MfaError('factor_limit_reached');
  }
}

async function addFactors(
  client: PoolClient,
  of: Of,
  dataKey: DataKey,
  materials: readonly Material[],
  result: 'created' | 'updated',
): Promise<DirectChange<ImportOutcome>> {
  assertWithinLimits(materials);
  const imported = materials.map(({ kind, name, material }) => {
    const factorId = randomId('fac');
    return {
      factorId,
      kind,
      name,
      material: sealField(dataKey, JSON.stringify(material), contextOf(of, factorId)),
    };
  });
  await insertImported(client, of, imported);
  return changeOf(of, result, imported);
}

function changeOf(
  of: Of,
  result: 'created' | 'updated',
  imported: readonly { factorId: string; kind: string }[],
): DirectChange<ImportOutcome> {
  const added = imported.map(({ factorId, kind }) => ({ factorId, kind }));
  return {
    result: { result },
    userId: of.userId,
    audit: [{ action: 'user.import', outcome: result, detail: { factors: added } }],
    events: [
      { type: result === 'created' ? 'user.created' : 'user.changed', data: { imported: true } },
      ...added.map((factor) => ({
        type: 'factor.enrolled' as const,
        data: { ...factor, imported: true },
      })),
    ],
  };
}

function contextOf(of: Of, factorId: string) {
  return { ...of, record: factorId, version: RECORD_VERSION };
}
