/** Tests that drive the whole system with programs of the operating system (oathtool, chromium). */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/system/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  // On two cores: most of their time is that of servers that start, stop and wait.
  maxWorkers: 3,
};
