/** A text as dimensions hold it: NFC, without outer blanks, at most `maxLength` code points. */
export function cleanText(raw: string, maxLength: number): { readonly text: string; readonly isCut: boolean } {
  const text = raw.normalize('NFC').trim();
  // A code point is one or two UTF-16 units: a short text cannot be too long.
  if (text.length <= maxLength) return { text, isCut: false };
  const points = Array.from(text);
  return points.length <= maxLength ? { text, isCut: false } : { text: points.slice(0, maxLength).join('').trimEnd(), isCut: true };
}
