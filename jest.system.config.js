/** Tests that drive the whole system with programs of the operating system (oathtool, chromium). */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/system/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
};
