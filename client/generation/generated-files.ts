import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format } from 'prettier';
import { openApiDocument } from '../../src/api/openapi';
import { routes } from '../../src/api/routes';
import prettierOptions from '../../.prettierrc.json';

const banner = '// Generated from the description of the API by `npm run client`. Do not edit.\n\n';

/**
 * The text of every generated file of the client by its name, from the routes of this checkout: the same routes give
 * the same bytes.
 */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  // The server's URL is the caller's to give; none of it is in the types.
  const document = openApiDocument(routes, 'http://127.0.0.1:3000');
  return {
    'schema.ts': await formatted(await typesOf(document)),
    'keyed-operations.ts': await formatted(keyedOperations()),
  };
}

async function typesOf(document: Record<string, unknown>): Promise<string> {
  const nodes = await openapiTS(document as unknown as OpenAPI3, {
    // What has a default may be left out of a request.
    defaultNonNullable: false,
    rootTypes: true,
    rootTypesNoSchemaPrefix: true,
  });
  return astToString(nodes);
}

/** Which operations take an Idempotency-Key cannot be told from types at run time. */
function keyedOperations(): string {
  const keyed = routes
    .filter((route) => route.access === 'key' && route.writes)
    .map(({ method, path }) => JSON.stringify(`${method.toUpperCase()} ${path}`))
    .sort();
  return `/** Method and path of every operation that takes an Idempotency-Key. */
export const keyedOperations: ReadonlySet<string> = new Set([${keyed.join(',')}]);`;
}

function formatted(text: string): Promise<string> {
  return format(banner + text, { ...(prettierOptions as object), parser: 'typescript' });
}
