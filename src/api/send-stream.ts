import type { Response } from 'express';

/**
 * Sends a body of unknown length piece by piece, no faster than it is read. What fails on the way is thrown, with the
 * answer half sent; a caller that goes away ends it.
 */
export async function sendStream(response: Response, pieces: AsyncIterable<string>): Promise<void> {
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await writable(response);
  }
  response.end();
}

function writable(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
    if (response.destroyed) go();
  });
}
