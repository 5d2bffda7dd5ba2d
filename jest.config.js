/** Every test that needs npm's packages and the two Temporal binaries, nothing else. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/system/', '<rootDir>/test/cluster/'],
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@scure|@noble|jose|@bufbuild|uqr)/)'],
  globalSetup: '<rootDir>/test/start-servers.ts',
  globalTeardown: '<rootDir>/test/stop-servers.ts',
  testTimeout: 30_000,
  maxWorkers: 2,
};
