/** API and workers as processes of their own, before a real Temporal server on Postgres. Needs Go once, and psql. */
const { globalSetup: _setup, globalTeardown: _teardown, ...base } = require('./jest.config.js');

module.exports = {
  ...base,
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
