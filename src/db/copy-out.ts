import type { Duplex } from 'node:stream';
import { monotonicMs } from '../model/clock.js';

/** Takes one row of COPY's output: bytes `[start, end)` of a piece, as PostgreSQL sent them. The piece is valid only during the call. */
export type OnRow = (piece: Buffer, start: number, end: number) => void;

/** Message types of the protocol. */
const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const ERROR_RESPONSE = 0x45;
/** Type and length. */
const HEADER_BYTES = 5;
/** Signature and flags of the binary format; next is the length of the header extension. */
const SIGNATURE_BYTES = 15;
/** In place of a row's field count, -1 marks the end of a binary copy; nothing follows it. */
const TRAILER_BYTES = 2;

type OnData = (piece: Buffer) => void;

/** The connection that pg hands to a submittable statement. */
interface PgConnection {
  readonly stream: Duplex;
  query(text: string): void;
}

/** The start of an incomplete message. */
class Carry {
  bytes: Buffer;
  held: number;

  constructor(beginning: Uint8Array) {
    this.bytes = Buffer.from(beginning);
    this.held = beginning.length;
  }

  /** Appends bytes of a piece, from `at` on, until it holds `length`. Returns the position after the last byte taken. */
  fill(piece: Buffer, at: number, length: number): number {
    if (this.bytes.length < length) {
      const larger = Buffer.allocUnsafe(length);
      this.bytes.copy(larger, 0, 0, this.held);
      this.bytes = larger;
    }
    const end = Math.min(at + length - this.held, piece.length);
    piece.copy(this.bytes, this.held, at, end);
    this.held += end - at;
    return end;
  }
}

/**
 * `COPY … TO STDOUT` as a pg statement. It reads messages in place in the socket's pieces and passes each row on from there: PostgreSQL
 * sends one message per row, often smaller than the object that pg would create for it. Messages other than COPY's go to pg.
 */
export class CopyOut {
  /** Milliseconds spent on finding the rows and in `onRow`. */
  busyMs = 0;
  readonly done: Promise<void>;

  private readonly text: string;
  private readonly onRow: OnRow;
  private readonly isBinary: boolean;
  /** In the binary format, the header precedes the first row. */
  private expectsHeader: boolean;
  private resolve!: () => void;
  private reject!: (error: unknown) => void;
  private stream: Duplex | undefined;
  private pgOnData: OnData | undefined;
  private carry: Carry | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(text: string, onRow: OnRow, format: { readonly isBinary?: boolean } = {}) {
    this.text = text;
    this.onRow = onRow;
    this.isBinary = format.isBinary === true;
    this.expectsHeader = this.isBinary;
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  /** Called by pg to run the statement on its session. */
  submit(connection: PgConnection): void {
    const { stream } = connection;
    const [pgOnData, ...others] = stream.listeners('data') as OnData[];
    if (pgOnData === undefined || others.length > 0)
      throw new Error(`pg reads its socket with ${others.length + 1} listeners, not with one`);
    this.stream = stream;
    this.pgOnData = pgOnData;
    stream.off('data', pgOnData);
    stream.on('data', this.onData);
    connection.query(this.text);
  }

  /** Called by pg when the server refuses or the connection is lost. */
  handleError(error: unknown): void {
    this.giveBack();
    this.reject(error);
  }

  /** Called by pg when the next statement may begin. */
  handleReadyForQuery(): void {
    if (this.failure === undefined) this.resolve();
    else this.reject(this.failure.error);
  }

  /** Called by pg when a statement ends, also for statements beside the COPY. */
  handleCommandComplete(): void {
    // Completion is handled when the session is ready again.
  }

  private readonly onData = (piece: Buffer): void => {
    const start = monotonicMs();
    const rest = this.carry === undefined ? 0 : this.completeMessage(piece, this.carry);
    if (this.carry === undefined) this.readMessages(piece, rest);
    this.busyMs += monotonicMs() - start;
  };

  /** Completes a message that came in pieces, copying each byte once. Returns where the next message begins. */
  private completeMessage(piece: Buffer, carry: Carry): number {
    let at = 0;
    if (carry.held < HEADER_BYTES) {
      at = carry.fill(piece, 0, HEADER_BYTES);
      if (carry.held < HEADER_BYTES) return at;
    }
    const length = 1 + carry.bytes.readUInt32BE(1);
    at = carry.fill(piece, at, length);
    if (carry.held < length) return at;
    this.carry = undefined;
    this.readMessages(carry.bytes, 0);
    return at;
  }

  /** Reads whole messages; keeps the start of an incomplete one for the next piece. */
  private readMessages(piece: Buffer, from: number): void {
    const { onRow } = this;
    const { length } = piece;
    let at = from;
    // After the end of the copy, everything belongs to pg.
    while (this.isReading() && at + HEADER_BYTES <= length) {
      const end = at + 1 + ((piece[at + 1]! << 24) | (piece[at + 2]! << 16) | (piece[at + 3]! << 8) | piece[at + 4]!);
      const type = piece[at]!;
      if (type === COPY_DONE || type === ERROR_RESPONSE) this.giveBack();
      else if (end > length) break;
      else if (type === COPY_DATA) {
        // Most rows are short, so the work per row is inline.
        if (this.failure === undefined && !this.expectsHeader && (end - at > HEADER_BYTES + TRAILER_BYTES || !this.isBinary))
          try {
            onRow(piece, at + HEADER_BYTES, end);
          } catch (error) {
            // The server sends the rest anyway; after that the session can be used again.
            this.failure = { error };
          }
        else if (this.expectsHeader) this.takeFirstRow(piece, at + HEADER_BYTES, end);
      } else this.pgOnData!(piece.subarray(at, end));
      if (this.isReading()) at = end;
    }
    if (at === length) return;
    if (this.isReading()) this.carry = new Carry(piece.subarray(at));
    else this.pgOnData!(piece.subarray(at));
  }

  private isReading(): boolean {
    return this.stream !== undefined;
  }

  private takeFirstRow(piece: Buffer, start: number, end: number): void {
    this.expectsHeader = false;
    const from = start + SIGNATURE_BYTES + 4 + piece.readInt32BE(start + SIGNATURE_BYTES);
    if (end - from > TRAILER_BYTES)
      try {
        this.onRow(piece, from, end);
      } catch (error) {
        this.failure = { error };
      }
  }

  /** Returns the socket to pg. */
  private giveBack(): void {
    if (this.stream === undefined) return;
    this.stream.off('data', this.onData);
    this.stream.on('data', this.pgOnData!);
    this.stream = undefined;
  }
}
