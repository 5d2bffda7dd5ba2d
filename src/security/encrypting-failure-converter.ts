import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts message and stack trace of failures into a payload, where the codec encrypts them; the server would
 * otherwise keep them in clear. The SDK loads this file by its path, also into the workflow bundle.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
