import express, { type Request, type RequestHandler, type Response } from 'express';

/** Bytes. A report names one message. */
const MOST = 64 * 1024;

// Nothing is inflated: a small compressed body can hold a large one. Of any type: the bytes are what was signed.
const parse: RequestHandler = express.raw({ limit: MOST, inflate: false, type: () => true });

/** The body as it was sent, byte for byte; empty when none was. @throws what the application takes for `payload_too_large` */
export async function readRawBody(request: Request, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('unreadable body'));
    });
  });
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}
