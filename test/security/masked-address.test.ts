import { maskAddress } from '../../src/security/masked-address';

test.each([
  ['email', 'alice@example.com', 'a•••@example.com'],
  ['email', 'al@example.com', '•••@example.com'],
  ['email', '😀lice@example.com', '😀•••@example.com'],
  ['phone', '+442079460018', '+•••18'],
] as const)('a masked %s is recognised and cannot be written to: %s', (kind, address, masked) => {
  expect(maskAddress(kind, address)).toBe(masked);
});
