import { HTTP } from 'cloudevents';
import type { Request, Response } from 'express';
import { InvalidRequest } from './invalid-request';
import { type BodySize, readBody } from './read-body';

/** What events come as: one as an object, a batch as an array, or the data alone with the rest in headers. */
export const cloudEventTypes = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
];

const mediaType =
  /^application\/(?:cloudevents(?:-batch)?\+)?json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i;
const batchType = /^application\/cloudevents-batch\+json/i;

/**
 * What was sent by the HTTP binding of CloudEvents 1.0.2, as its JSON format has it: an object, or an array for a batch.
 * `application/json` is the binary mode where there are `ce-` headers, and one structured event where there are none.
 *
 * @throws MfaError `unsupported_media_type`, `payload_too_large`, `invalid_request`
 */
export async function readCloudEvents(
  request: Request,
  response: Response,
  size: BodySize,
): Promise<unknown> {
  const body = await readBody(request, response, size, mediaType);
  const type = request.headers['content-type'] ?? '';
  if (batchType.test(type) !== Array.isArray(body)) {
    const expected = batchType.test(type) ? 'array' : 'object';
    throw new InvalidRequest([{ pointer: '', detail: `must be of type ${expected}` }]);
  }
  if (/^application\/cloudevents/i.test(type) || request.headers['ce-id'] === undefined) return body;
  return binaryEvent(request, body);
}

/** @throws InvalidRequest */
function binaryEvent(request: Request, data: unknown): unknown {
  try {
    const event = HTTP.toEvent({ headers: request.headers, body: undefined });
    if (Array.isArray(event)) return event;
    // The package fills in a time of its own, of which the sender knows nothing.
    const { time, ...rest } = { ...event };
    return {
      ...rest,
      ...(request.headers['ce-time'] === undefined ? {} : { time }),
      ...(data === undefined ? {} : { data }),
    };
  } catch {
    throw new InvalidRequest([{ pointer: '', detail: 'has headers that are no CloudEvent' }]);
  }
}
