const BLOCK_BYTES = 1 << 18;
/** UTF-8 needs at most 3 bytes per UTF-16 unit. */
const MAX_BYTES_A_UNIT = 3;
/** The length of NULL. */
const NULL = -1;
const TWO_TO_32 = 4_294_967_296;
/** A numeric is written in digits of this base; zeros at its end are left out. */
const NUMERIC_BASE = 10_000;

/** Writes rows in COPY's binary format into blocks of bytes. The values of a row are those of its columns, in their order and of their types. */
export class CopyRowWriter {
  /** Full blocks. */
  blocks: Buffer[] = [];
  private block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  private view = new DataView(this.block.buffer);
  private at = 0;

  /** Begins a row with a number of columns. */
  row(columns: number): this {
    this.reserve(2);
    this.view.setInt16(this.at, columns);
    this.at += 2;
    return this;
  }

  smallint(value: number): this {
    this.reserve(6);
    this.view.setInt32(this.at, 2);
    this.view.setInt16(this.at + 4, value);
    this.at += 6;
    return this;
  }

  integer(value: number): this {
    this.reserve(8);
    this.view.setInt32(this.at, 4);
    this.view.setInt32(this.at + 4, value);
    this.at += 8;
    return this;
  }

  /** Writes an integer up to 2^53. */
  bigint(value: number): this {
    const high = Math.floor(value / TWO_TO_32);
    return this.words(value - high * TWO_TO_32, high);
  }

  /** Writes a bigint as its lower and upper 32 bits. */
  words(low: number, high: number): this {
    this.reserve(12);
    this.view.setInt32(this.at, 8);
    this.view.setInt32(this.at + 4, high);
    this.view.setInt32(this.at + 8, low);
    this.at += 12;
    return this;
  }

  boolean(value: boolean): this {
    this.reserve(5);
    this.view.setInt32(this.at, 1);
    this.view.setInt8(this.at + 4, value ? 1 : 0);
    this.at += 5;
    return this;
  }

  /** Writes a whole number from 0 up to 2^53. */
  numeric(value: number): this {
    const digits: number[] = [];
    let weight = -1;
    for (let rest = value; rest > 0; rest = Math.floor(rest / NUMERIC_BASE), weight++)
      if (digits.length > 0 || rest % NUMERIC_BASE > 0) digits.unshift(rest % NUMERIC_BASE);
    this.reserve(12 + 2 * digits.length);
    this.view.setInt32(this.at, 8 + 2 * digits.length);
    // Number of digits, weight of the first one, sign, digits after the point.
    [digits.length, Math.max(weight, 0), 0, 0, ...digits].forEach((part, i) => this.view.setInt16(this.at + 4 + 2 * i, part));
    this.at += 12 + 2 * digits.length;
    return this;
  }

  /** Writes a text, or NULL. */
  text(value: string | null): this {
    if (value === null) return this.null();
    this.reserve(4 + value.length * MAX_BYTES_A_UNIT);
    const bytes = this.block.write(value, this.at + 4, 'utf8');
    this.view.setInt32(this.at, bytes);
    this.at += 4 + bytes;
    return this;
  }

  null(): this {
    this.reserve(4);
    this.view.setInt32(this.at, NULL);
    this.at += 4;
    return this;
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
  }

  /** Returns all data written and not yet taken. */
  finish(): Buffer[] {
    if (this.at > 0) this.blocks.push(this.block.subarray(0, this.at));
    this.at = 0;
    return this.blocks;
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.block.length) return;
    this.blocks.push(this.block.subarray(0, this.at));
    this.block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, bytes));
    this.view = new DataView(this.block.buffer);
    this.at = 0;
  }
}
