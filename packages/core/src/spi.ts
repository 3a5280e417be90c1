/** What authors of stores build on; applications use the package's main entry. */
export { afterPrefix, compareBytes } from "./byte-order.ts";
export type { Capabilities } from "./capabilities.ts";
export { checkOptionNames } from "./option-names.ts";
export { type EncodedKey, type IndexEntry, storedBytes, type StoredEntry } from "./entry.ts";
export { entriesWithout } from "./entry-difference.ts";
export { ORDER_INDEX, PLACE_BYTES } from "./eviction/place.ts";
export { CacheError, type CacheErrorCode, isCacheError } from "./errors.ts";
export { deadlineBytes, EXPIRY_INDEX } from "./expiry.ts";
export { decodeKey } from "./key-decoder.ts";
export { encodeKey } from "./key-encoder.ts";
export { KeptCopies } from "./kept-copies.ts";
export { MAX_EXPIRES_AT, MAX_INDEX_BYTES, MAX_KEY_BYTES, MAX_TABLE_ID } from "./limits.ts";
export { type GroupAccess, GROUP_BYTES, type GroupedLine, groupOf, LineGroups, linesOfGroup } from "./line-groups.ts";
export { opener, type OpenCache, type OpenCacheSync, syncOpener } from "./opener.ts";
export { tablesOf } from "./operation.ts";
export type {
  Batch,
  ByteRange,
  Check,
  CommitResult,
  DeleteOperation,
  DeleteRangeOperation,
  Operation,
  SetOperation,
  TouchOperation,
  TrimCandidate,
  Trimmed,
  TrimmedRow,
  TrimOperation,
} from "./operation.ts";
export { firstInOrder, firstOfBoth, type GroupedRange, orderPage } from "./order-page.ts";
export {
  type FoundRow,
  isSyncStore,
  type MaybePromise,
  type Page,
  type PageRow,
  type RangeQuery,
  type Store,
  type SyncStore,
  type Usage,
  type Watch,
} from "./store.ts";
export type { CatalogIndex, CatalogRow, CatalogTable } from "./table/catalog.ts";
export { readCatalog } from "./table/read-catalog.ts";
export type { IndexState } from "./table/secondary-index.ts";
export { TAG_INDEX } from "./tag.ts";
export { keepsPlace, toldBytes } from "./told-bytes.ts";
export { DEFAULT_TABLE, FIRST_INDEX, FIRST_TABLE, SYSTEM_TABLE } from "./table-id.ts";
export {
  entriesInstead,
  lineEntry,
  reviewed,
  type SyncTrimAccess,
  type TrimAccess,
  type TrimDone,
  type TrimLine,
  trimLines,
  type TrimOutcome,
  type TrimTable,
} from "./trim-lines.ts";
