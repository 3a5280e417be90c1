import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { run } from "../src/continuation.ts";
import { encodeKey } from "../src/key-encoder.ts";
import { MAX_EXPIRES_AT } from "../src/limits.ts";
import { FRAME_KIND } from "../src/transfer/frame.ts";
import { readEnd, readRows, readTableHead, type TableHead, type TransferRow } from "../src/transfer/frame-content.ts";
import { writeEnd, writeRow, writeTableHead } from "../src/transfer/frame-content.ts";
import { FrameReader } from "../src/transfer/frame-reader.ts";
import { FrameWriter } from "../src/transfer/frame-writer.ts";

interface TableContent {
  readonly head: TableHead;
  readonly rows: readonly TransferRow[];
}

/** A stream of some tables, as one piece. */
function written(tables: readonly TableContent[]): Uint8Array {
  const writer = new FrameWriter();
  for (const { head, rows } of tables) {
    writeTableHead(writer.begin(FRAME_KIND.table), head);
    writer.end();
    for (const row of rows) {
      writeRow(writer.rows(), row);
      writer.endIfFull();
    }
    writer.end();
  }
  writeEnd(writer.begin(FRAME_KIND.end), { tables: tables.length, rows: tables.reduce((sum, { rows }) => sum + rows.length, 0) });
  writer.end();
  return joined(writer.rest());
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}

/** What a stream that comes in some chunks holds. */
function read(chunks: readonly Uint8Array[]): TableContent[] {
  const left = [...chunks];
  const reader = new FrameReader(() => left.shift());
  const tables: { head: TableHead; rows: TransferRow[] }[] = [];
  // Chunks that are there make no promises.
  void run(reader.header());
  for (;;) {
    const frame = run(reader.frame());
    if (frame instanceof Promise) throw new Error("a promise");
    if (frame.kind === FRAME_KIND.end) {
      void run(reader.end());
      const counts = readEnd(frame);
      if (counts.tables !== tables.length || counts.rows !== tables.flatMap(({ rows }) => rows).length) throw new Error("wrong counts");
      return tables;
    }
    if (frame.kind === FRAME_KIND.table) tables.push({ head: readTableHead(frame), rows: [] });
    else tables.at(-1)?.rows.push(...readRows(frame));
  }
}

/** Cuts bytes into chunks of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

const row: fc.Arbitrary<TransferRow> = fc.record({
  key: fc.oneof(fc.string({ maxLength: 20 }), fc.double({ noNaN: true })).map((part) => encodeKey(part)),
  value: fc.oneof(
    // As JSON tells it: -0, which values don't keep, is 0.
    fc
      .jsonValue()
      .map((value): unknown => JSON.parse(JSON.stringify(value)))
      .filter((value) => !JSON.stringify(value).includes("__proto__")),
    fc.uint8Array(),
    fc.bigInt(),
    fc.constantFrom<unknown[]>(undefined, new Map([["a", { b: new Set([1]) }]]), "x".repeat(70_000)),
  ),
  valueVersion: fc.integer({ min: 1, max: 65_535 }),
  expiresAt: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 0, max: MAX_EXPIRES_AT })),
  lifetime: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: MAX_EXPIRES_AT })),
  version: fc.option(fc.integer({ min: 1, max: 2 ** 40 }), { nil: undefined }),
  tags: fc.array(fc.string({ unit: "grapheme" }), { maxLength: 3 }),
});

const content: fc.Arbitrary<TableContent> = fc.record({
  head: fc.record({
    name: fc.option(fc.string({ minLength: 1, unit: "grapheme" })),
    version: fc.integer({ min: 1, max: 65_535 }),
    oldest: fc.integer({ min: 1, max: 65_535 }),
    key: fc.constantFrom("null", '["id"]'),
    indexes: fc.array(fc.record({ name: fc.string({ unit: "grapheme" }), definition: fc.constant('["email",true,false,0]') }), {
      maxLength: 3,
    }),
  }),
  rows: fc.array(row, { maxLength: 30 }),
});

const streams = fc.array(content, { maxLength: 4 });
const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 100_000 })), { minLength: 1, maxLength: 8 });

const corrupt = expect.objectContaining({ code: "CACHE_CORRUPT" });

describe("the frames of an export", () => {
  test("are read as they were written, however the stream is cut into chunks", () => {
    fc.assert(
      fc.property(streams, lengths, (tables, sizes) => {
        fc.pre(sizes.some((size) => size > 0));
        const bytes = written(tables);
        fc.pre(bytes.length < 20_000 || Math.max(...sizes) > 100);
        expect(read(cut(bytes, sizes))).toEqual(tables);
      }),
      { numRuns: 150 },
    );
  });

  test("are no longer read when anything is changed, cut off, added, left out, repeated or exchanged", () => {
    fc.assert(
      fc.property(streams, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (tables, from, to, mask) => {
        const bytes = written(tables);
        const at = from % bytes.length;
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        expect(() => read([flipped])).toThrow(corrupt);
        expect(() => read([bytes.subarray(0, at)])).toThrow(corrupt);
        expect(() => read([bytes, Uint8Array.of(mask)])).toThrow(corrupt);
        const frames = framesOf(bytes);
        const one = from % frames.length;
        const other = to % frames.length;
        const without = frames.toSpliced(one, 1);
        expect(() => read(without)).toThrow(corrupt);
        expect(() => read(frames.toSpliced(one, 0, frames[one] ?? bytes))).toThrow(corrupt);
        if (one === other) return;
        const exchanged = frames.with(one, frames[other] ?? bytes).with(other, frames[one] ?? bytes);
        expect(() => read(exchanged)).toThrow(corrupt);
      }),
      { numRuns: 150 },
    );
  });

  test("with content that no export writes are refused", () => {
    const head: TableHead = { name: "t", version: 1, oldest: 1, key: "null", indexes: [] };
    const sound: TransferRow = { key: encodeKey("a"), value: 1, valueVersion: 1, expiresAt: 5, lifetime: 0, version: 1, tags: ["a"] };
    const bad: readonly TableContent[] = [
      { head: { ...head, name: "" }, rows: [] },
      { head: { ...head, version: 0 }, rows: [] },
      { head: { ...head, oldest: 65_536 }, rows: [] },
      { head, rows: [{ ...sound, key: new Uint8Array(0) }] },
      { head, rows: [{ ...sound, key: Uint8Array.of(0x30, 0x41) }] },
      { head, rows: [{ ...sound, key: new Uint8Array(3000).fill(5) }] },
      { head, rows: [{ ...sound, valueVersion: 0 }] },
      { head, rows: [{ ...sound, expiresAt: 1.5 }] },
      { head, rows: [{ ...sound, expiresAt: -1 }] },
      { head, rows: [{ ...sound, lifetime: Infinity }] },
      // What the types forbid, a stream may hold.
      { head, rows: [{ ...sound, tags: [1] as unknown as string[] }] },
      { head, rows: [{ ...sound, tags: { length: 1 } as unknown as string[] }] },
    ];
    for (const table of bad) expect(() => read([written([table])])).toThrow(corrupt);
    expect(read([written([{ head, rows: [sound] }])])).toHaveLength(1);
  });
});

/** The header, and each frame. */
function framesOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const frames = [bytes.subarray(0, 16)];
  for (let at = 16; at < bytes.length;) {
    const end = at + 8 + view.getUint32(at + 4, true);
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}
