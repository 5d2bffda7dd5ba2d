import express, { type Request, type RequestHandler, type Response } from 'express';
import { MfaError } from '../domain/errors';
import { InvalidRequest } from './invalid-request';
import { jsonFault } from './json-guard';

/** Bytes. Imports carry a thousand users, batches a hundred events; everything else is small. */
const limits = { usual: 64 * 1024, import: 2 * 1024 * 1024 } as const;

export type BodySize = keyof typeof limits;

// Nothing is inflated: a small compressed body can hold a large one.
const parsers: Record<BodySize, RequestHandler> = {
  usual: express.json({ limit: limits.usual, inflate: false, type: () => true }),
  import: express.json({ limit: limits.import, inflate: false, type: () => true }),
};

// RFC 8259 §8.1: UTF-8 and nothing else. In UTF-7 or UTF-16 the same bytes would be another body to whoever looks first.
const jsonType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i;

/**
 * The JSON body, or undefined when none was sent. Of a name that appears twice the last value counts, as for every
 * JSON parser of the platform (RFC 8259 §4).
 *
 * @param mediaType what its `Content-Type` has to be
 * @throws MfaError `unsupported_media_type`, `payload_too_large`, `invalid_request`
 */
export async function readBody(
  request: Request,
  response: Response,
  size: BodySize,
  mediaType = jsonType,
): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!mediaType.test(request.headers['content-type'] ?? '')) throw new MfaError('unsupported_media_type');
  await new Promise<void>((resolve, reject) => {
    parsers[size](request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('unreadable body'));
    });
  });
  const body: unknown = request.body;
  const fault = jsonFault(body);
  if (fault !== undefined) throw new InvalidRequest([fault]);
  return body;
}

function hasBody(request: Request): boolean {
  if (request.headers['transfer-encoding'] !== undefined) return true;
  return Number(request.headers['content-length'] ?? 0) > 0;
}
