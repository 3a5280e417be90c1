import type { ByteRange, Operation, PageRow, RangeQuery, SyncStore } from "@cache/core/spi";
import type { Faults } from "../src/fault-store.ts";
import { bytes, text } from "../src/rows.ts";
import { ALL, positionOf } from "./broken-store.ts";

/** A range as a store reads it that compares positions by what `rank` makes of them, and finds `more` rows than there are. */
export function rangeBy(
  rank: (position: string) => string,
  more: (table: number, query: RangeQuery) => readonly PageRow[] = () => [],
): NonNullable<Faults["range"]> {
  const isInside = ({ gt, gte, lt, lte }: ByteRange, position: string): boolean =>
    (gt === undefined || rank(position) > rank(text(gt))) &&
    (gte === undefined || rank(position) >= rank(text(gte))) &&
    (lt === undefined || rank(position) < rank(text(lt))) &&
    (lte === undefined || rank(position) <= rank(text(lte)));
  return (sound, table, query) => {
    const { gt, gte, lt, lte, reverse = false, limit, ...rest } = query;
    const rows = [...sound.range(table, { ...rest, limit: ALL }).rows, ...more(table, query)]
      .filter((row) => isInside({ gt, gte, lt, lte }, positionOf(row)))
      .toSorted((a, b) => (rank(positionOf(a)) < rank(positionOf(b)) ? -1 : 1));
    if (reverse) rows.reverse();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return rows.length > limit && last ? { rows: page, next: bytes(positionOf(last)) } : { rows: page };
  };
}

/** The position as text, for an order by UTF-16 code units. */
export function asUtf16(position: string): string {
  return new TextDecoder().decode(bytes(position));
}

/** Faults by which the old index entries of changed rows stay behind, as ranges show. */
export function ghostEntries(type: Operation["type"]): Faults {
  const ghosts: { readonly table: number; readonly index: number; readonly row: PageRow }[] = [];
  const note = (sound: SyncStore, table: number, key: Uint8Array): void => {
    for (const entry of sound.get(table, key)?.entries ?? []) ghosts.push({ table, index: entry.index, row: { key, entry: entry.bytes } });
  };
  return {
    commit(sound, batch) {
      for (const operation of batch.operations) {
        if (operation.type !== type) continue;
        if (operation.type === "set" || operation.type === "delete") note(sound, operation.table, operation.key.slice());
        if (operation.type === "deleteRange")
          for (const { key } of sound.range(operation.table, { ...operation, limit: ALL }).rows) note(sound, operation.table, key);
      }
      return sound.commitSync(batch);
    },
    range: rangeBy(
      (position) => position,
      (table, { index }) => ghosts.filter((ghost) => ghost.table === table && ghost.index === index).map(({ row }) => row),
    ),
  };
}
