import type { DataConverter, PayloadCodec } from '@temporalio/common';

/** How client and worker put values and failures on the wire: the same for both, or they cannot read each other. */
export function createDataConverter(codec: PayloadCodec): DataConverter {
  return {
    failureConverterPath: require.resolve('./encrypting-failure-converter'),
    payloadCodecs: [codec],
  };
}
