import { prove } from '../../../src/domain/flow/walk';

describe('proving a factor', () => {
  const walk = prove({ position: 'ask', proofs: [] }, { factorId: 'a', kind: 'totp', at: 5 });

  it('adds a proof that no node has used', () => {
    expect(walk).toEqual({ position: 'ask', proofs: [{ factorId: 'a', kind: 'totp', at: 5, usedBy: null }] });
  });

  it('is refused for a factor that was proved before, under whatever kind', () => {
    expect(() => prove(walk, { factorId: 'a', kind: 'recovery-code', at: 6 })).toThrow(
      expect.objectContaining({ code: 'not_acceptable_factor' }),
    );
  });

  it('leaves the walk before as it was', () => {
    const after = prove(walk, { factorId: 'b', kind: 'totp', at: 6 });
    expect(walk.proofs).toHaveLength(1);
    expect(after.proofs).toHaveLength(2);
  });

  it('survives being stored', () => {
    expect(JSON.parse(JSON.stringify(walk))).toEqual(walk);
  });
});
