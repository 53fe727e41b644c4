const TAB = 0x09;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const BLOCK_BYTES = 1 << 18;
/** UTF-8 needs at most 3 bytes per UTF-16 unit, and escaping doubles a character. */
const MAX_BYTES_A_UNIT = 6;

const SPECIAL = /[\\\b\f\n\r\t\v]/g;
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Writes rows in COPY's text format into blocks of bytes. */
export class CopyRowWriter {
  /** Full blocks. */
  blocks: Buffer[] = [];
  private block = Buffer.allocUnsafe(BLOCK_BYTES);
  private at = 0;
  private isFirst = true;

  /** Writes an integer up to 2^53. */
  number(value: number): this {
    this.separate(17);
    if (value < 0) {
      this.block[this.at++] = 0x2d;
      value = -value;
    }
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    for (let i = this.at + digits - 1; i >= this.at; i--) {
      const rest = Math.floor(value / 10);
      this.block[i] = ZERO + (value - rest * 10);
      value = rest;
    }
    this.at += digits;
    return this;
  }

  /** Writes a text, or NULL. */
  text(value: string | null): this {
    if (value === null) {
      this.separate(2);
      this.at += this.block.write('\\N', this.at, 'latin1');
      return this;
    }
    this.separate(value.length * MAX_BYTES_A_UNIT);
    this.at += this.block.write(
      value.replace(SPECIAL, (character) => ESCAPED[character]!),
      this.at,
      'utf8',
    );
    return this;
  }

  endRow(): void {
    this.reserve(1);
    this.block[this.at++] = NEWLINE;
    this.isFirst = true;
  }

  /** Returns the full blocks and forgets them; they are not written to again. */
  takeBlocks(): Buffer[] {
    const { blocks } = this;
    this.blocks = [];
    return blocks;
  }

  /** Whether the data written equals bytes `[start, end)` of a piece. Always false for more than one block. */
  isRow(piece: Buffer, start: number, end: number): boolean {
    return this.blocks.length === 0 && this.block.compare(piece, start, end, 0, this.at) === 0;
  }

  /** Discards all data written. */
  clear(): void {
    this.blocks = [];
    this.at = 0;
    this.isFirst = true;
  }

  /** Returns all data written and not yet taken. */
  finish(): Buffer[] {
    if (this.at > 0) this.blocks.push(this.block.subarray(0, this.at));
    this.at = 0;
    return this.blocks;
  }

  private separate(bytes: number): void {
    this.reserve(bytes + 1);
    if (!this.isFirst) this.block[this.at++] = TAB;
    this.isFirst = false;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.block.length) return;
    this.blocks.push(this.block.subarray(0, this.at));
    this.block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, bytes));
    this.at = 0;
  }
}
