/** Enrolments of a number that no phone has in its normalised form. */
export const badPhones = [
  {},
  { phone: '' },
  { phone: '447911123456' },
  { phone: '+044791112345' },
  { phone: '+44 7911 123456' },
  { phone: '+44' },
  { phone: '+4479111234567890' },
  { phone: '+447911123456\n' },
  { phone: '+４４7911123456' },
  { phone: '+447911123456;ext=1' },
  { phone: 447911123456 },
  { phone: ['+447911123456'] },
  { phone: null },
  { phone: '+447911123456', variant: 'code' },
];
