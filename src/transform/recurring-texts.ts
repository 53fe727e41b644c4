/** Places for values of one key; two values that want the same one take turns. */
const PLACES = 64;

interface Recurring {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Texts that come again and again, such as languages and codes: found by their bytes, without making the string again. */
export class RecurringTexts {
  private readonly places = new Array<Recurring | undefined>(PLACES);

  /** The text of bytes `[start, end)`; undefined: it is not among the latest. */
  find(piece: Uint8Array, start: number, end: number): string | undefined {
    const held = this.places[placeOf(piece, start, end)];
    if (held?.bytes.length !== end - start) return undefined;
    for (let i = 0; i < held.bytes.length; i++) if (piece[start + i] !== held.bytes[i]) return undefined;
    return held.text;
  }

  keep(piece: Uint8Array, start: number, end: number, text: string): void {
    this.places[placeOf(piece, start, end)] = { bytes: piece.slice(start, end), text };
  }
}

const placeOf = (piece: Uint8Array, start: number, end: number): number =>
  start === end ? 0 : (piece[start]! + piece[end - 1]! * 7 + (end - start) * 31) % PLACES;
