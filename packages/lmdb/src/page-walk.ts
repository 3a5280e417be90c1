import { readSync } from "node:fs";

/* Pages and nodes of liblmdb's mdb.c, data version 2; see data-file.ts. */
const PAGE_HEADER_BYTES = 24;
const NODE_HEADER_BYTES = 8;
const BRANCH = 0x01;
const LEAF = 0x02;
const BIG_DATA = 0x01;

/** The page number of the root of an empty tree: all bits set. */
const NO_PAGE = 2 ** 64;

/** Whether trees with these roots lead to pages beyond the first `pages` of a file, or to something that is no page of a tree. */
export function outOfReach(file: number, pageBytes: number, pages: number, roots: readonly number[]): boolean {
  const waiting = roots.filter((root) => root !== NO_PAGE);
  const page = Buffer.alloc(pageBytes);
  let walked = 0;
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    // A page belongs to one place: more steps than pages means that damaged ones lead round in circles.
    if (++walked > pages || number >= pages || readSync(file, page, 0, pageBytes, number * pageBytes) < pageBytes) return true;
    const flags = page.readUInt16LE(18);
    const nodes = page.readUInt16LE(20) >> 1;
    if ((flags & (BRANCH | LEAF)) === 0 || PAGE_HEADER_BYTES + nodes * 2 > pageBytes) return true;
    for (let node = 0; node < nodes; node++) {
      const at = PAGE_HEADER_BYTES + page.readUInt16LE(PAGE_HEADER_BYTES + node * 2);
      if (at + NODE_HEADER_BYTES > pageBytes) return true;
      const low = page.readUInt32LE(at);
      const nodeFlags = page.readUInt16LE(at + 4);
      if (flags & BRANCH) waiting.push(low + nodeFlags * 2 ** 32);
      else if (nodeFlags & BIG_DATA) {
        const data = at + NODE_HEADER_BYTES + page.readUInt16LE(at + 6);
        if (data + PAGE_HEADER_BYTES > pageBytes) return true;
        const first = Number(page.readBigUInt64LE(data));
        if (first + Number(page.readBigUInt64LE(data + 16)) > pages) return true;
      }
    }
  }
  return false;
}
