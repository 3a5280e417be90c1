import { randomFrom, scramble } from "./random.ts";

/** What a program that catalogues disk images keeps about one of them: the entry of all our measurements. */
export interface VaultRecord {
  readonly vaultId: string;
  readonly filePath: string;
  readonly vaultType: string;
  /** Bytes. */
  readonly size: number;
  /** 32 hexadecimal digits. */
  readonly md5: string;
  /** 40 hexadecimal digits. */
  readonly sha1: string;
  /** Epoch milliseconds. */
  readonly cachedAt: number;
  /** Epoch milliseconds. */
  readonly lastAccessed: number;
}

const vaultTypes = ["raw", "qcow2", "vmdk", "vhdx", "iso", "dmg", "e01"];
const folders = ["web", "mail", "build", "office", "backup", "lab"];
const firstCachedAt = Date.UTC(2024, 0, 1);
const yearMs = 365 * 86_400_000;

/** The id of the record with this number, which is also its key: eight hexadecimal digits, different for each of 2³² numbers. */
export function vaultId(number: number): string {
  return hex([scramble(number)]);
}

/**
 * The record with this number: the same in every run and every runtime. `edition` changes the hashes and the times, as another look at the
 * image would. Its strings are flat, like those a parser makes, so that no contender pays for putting them together.
 */
export function vaultRecord(number: number, edition = 0): VaultRecord {
  const random = randomFrom(scramble(number));
  const again = randomFrom(scramble(number) ^ scramble(~edition));
  const words = (count: number): number[] => Array.from({ length: count }, () => again() * 2 ** 32);
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? "";
  const vaultType = pick(vaultTypes);
  const cachedAt = firstCachedAt + Math.floor(again() * yearMs);
  const record: VaultRecord = {
    vaultId: vaultId(number),
    filePath: `/vaults/${pick(folders)}/disk-${number}.${vaultType}`,
    vaultType,
    // From 1 MiB to 64 GiB, every magnitude as often as another.
    size: Math.floor(2 ** (20 + random() * 16)),
    md5: hex(words(4)),
    sha1: hex(words(5)),
    cachedAt,
    lastAccessed: cachedAt + Math.floor(again() * yearMs),
  };
  // Its own output, and flat.
  return JSON.parse(JSON.stringify(record)) as VaultRecord;
}

/** The records numbered from `from` up to, not including, `to`, in lists of at most `listLength`. */
export function* vaultRecordLists(from: number, to: number, listLength: number): Generator<VaultRecord[]> {
  for (let start = from; start < to; start += listLength) {
    yield Array.from({ length: Math.min(listLength, to - start) }, (_, at) => vaultRecord(start + at));
  }
}

const hexDigits = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Words of 32 bits as hexadecimal digits. */
function hex(words: readonly number[]): string {
  const codes: number[] = [];
  for (const word of words) for (let shift = 28; shift >= 0; shift -= 4) codes.push(hexDigits[(word >>> shift) & 15] ?? 0);
  return String.fromCharCode(...codes);
}
