import { qrSvg } from '../../../src/factors/totp/qr-code';

/** The dark modules of the image, as a matrix without the quiet zone. */
function modulesOf(svg: string): boolean[][] {
  const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)![1]) / 4 - 8;
  const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y] of svg.matchAll(/M(\d+),(\d+)h4v4h-4z/g)) {
    matrix[Number(y) / 4 - 4]![Number(x) / 4 - 4] = true;
  }
  return matrix;
}

describe('the QR code of an enrolment', () => {
  const uri = 'otpauth://totp/Example:user-1?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example';
  const svg = qrSvg(uri);

  it('is an SVG image and nothing that a browser would run', () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]*>.*<\/svg>$/s);
    expect(svg).not.toMatch(/script|href|on\w+=|foreignObject/i);
  });

  it('does not hold the text in clear', () => {
    expect(qrSvg('<script>alert(1)</script>')).not.toContain('alert');
    expect(svg).not.toContain('JBSWY3DP');
  });

  it('has a size that a version of QR allows, and a finder pattern in three corners', () => {
    const matrix = modulesOf(svg);
    expect((matrix.length - 17) % 4).toBe(0);
    const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
    const corner = (top: number, left: number) =>
      matrix.slice(top, top + 7).map((row) =>
        row
          .slice(left, left + 7)
          .map(Number)
          .join(''),
      );
    const far = matrix.length - 7;
    expect(corner(0, 0)).toEqual(finder);
    expect(corner(0, far)).toEqual(finder);
    expect(corner(far, 0)).toEqual(finder);
    expect(corner(far, far)).not.toEqual(finder);
  });

  it('differs by what it says', () => {
    expect(qrSvg(`${uri}&digits=8`)).not.toBe(svg);
  });
});
