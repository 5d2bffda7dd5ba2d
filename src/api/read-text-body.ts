import express, { type Request, type RequestHandler, type Response } from 'express';
import { MfaError } from '../domain/errors';

/** Bytes. */
const MOST = 64 * 1024;

// Nothing is inflated: a small compressed body can hold a large one.
const parse: RequestHandler = express.raw({ limit: MOST, inflate: false, type: () => true });

/**
 * A body that is text of one media type, as it was sent; undefined when none was.
 *
 * @param mediaType such as `application/secevent+jwt`; parameters beside it are not looked at
 * @throws MfaError `unsupported_media_type`; what the application takes for `payload_too_large`
 */
export async function readTextBody(
  request: Request,
  response: Response,
  mediaType: string,
): Promise<string | undefined> {
  const sent = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (sent !== mediaType) throw new MfaError('unsupported_media_type');
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('unreadable body'));
    });
  });
  const body: unknown = request.body;
  return Buffer.isBuffer(body) && body.length > 0 ? body.toString('latin1') : undefined;
}
