import { renderSVG } from 'uqr';

/** The text as a QR code: an SVG image with the quiet zone of four modules (ISO/IEC 18004 §5.3.8). */
export function qrSvg(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 4, pixelSize: 4 });
}
