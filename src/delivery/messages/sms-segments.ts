/** GSM 7 bit default alphabet and its extension (3GPP TS 23.038 §6.2.1): a character of the second takes two places. */
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extension = new Set('\f^{}\\[~]|€');

/** Places of a message by itself, and of each when it takes several: 6 octets say which it is (3GPP TS 23.040 §9.2.3.24.1). */
const capacity = { 'GSM-7': { alone: 160, each: 153 }, 'UCS-2': { alone: 70, each: 67 } } as const;

export interface SmsLength {
  readonly encoding: keyof typeof capacity;
  /** Septets, or UTF-16 code units. */
  readonly units: number;
  /** What is sent and paid for. */
  readonly segments: number;
}

/** How a text travels as SMS. */
export function smsLength(text: string): SmsLength {
  const characters = Array.from(text);
  const encoding = characters.every((one) => basic.has(one) || extension.has(one)) ? 'GSM-7' : 'UCS-2';
  const widths = characters.map((one) => (encoding === 'UCS-2' ? one.length : extension.has(one) ? 2 : 1));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const { alone, each } = capacity[encoding];
  return { encoding, units, segments: units <= alone ? 1 : packed(widths, each) };
}

/** No character is divided between two. */
function packed(widths: readonly number[], each: number): number {
  let segments = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > each) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return segments;
}
