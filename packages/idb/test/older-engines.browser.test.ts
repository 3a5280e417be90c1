import { casesOf } from "@cache/conformance";
import { afterAll, beforeAll, describe, test } from "vitest";
import { idbHarness } from "./idb-harness.ts";

// Chromium before 141 and WebKit have no getAllRecords, by which newer engines read a page in one request.
describe.concurrent("idb without getAllRecords", () => {
  const sources = [IDBObjectStore.prototype, IDBIndex.prototype];
  const methods = sources.map((source) => Object.getOwnPropertyDescriptor(source, "getAllRecords"));

  beforeAll(() => {
    for (const source of sources) Reflect.deleteProperty(source, "getAllRecords");
  });

  afterAll(() => {
    for (const [at, source] of sources.entries()) if (methods[at]) Object.defineProperty(source, "getAllRecords", methods[at]);
  });

  for (const { name, run } of casesOf(idbHarness, { prefix: "store-", variants: ["fresh"] })) test(name, run);
});
