import { checkAgainstBoundedModel } from "./bounded-history.ts";
import { checkAgainstModel } from "./model-run.ts";
import type { Scenario } from "./scenario.ts";
import { atomicSuite } from "./suites/atomic.suite.ts";
import { atomicTableSuite } from "./suites/atomic-table.suite.ts";
import { catalogSuite } from "./suites/catalog.suite.ts";
import { catalogSharedSuite } from "./suites/catalog-shared.suite.ts";
import { clockSuite } from "./suites/clock.suite.ts";
import { closeSuite } from "./suites/close.suite.ts";
import { corruptSuite } from "./suites/corrupt.suite.ts";
import { deleteSuite } from "./suites/delete.suite.ts";
import { eventSuite } from "./suites/event.suite.ts";
import { evictionBudgetSuite } from "./suites/eviction-budget.suite.ts";
import { evictionPolicySuite } from "./suites/eviction-policy.suite.ts";
import { evictionTooLargeSuite } from "./suites/eviction-too-large.suite.ts";
import { evictionSuite } from "./suites/eviction.suite.ts";
import { expirySuite } from "./suites/expiry.suite.ts";
import { faceSuite } from "./suites/face.suite.ts";
import { getSuite } from "./suites/get.suite.ts";
import { healthSuite } from "./suites/health.suite.ts";
import { indexBuildSuite } from "./suites/index-build.suite.ts";
import { iterationSuite } from "./suites/iteration.suite.ts";
import { keySuite } from "./suites/key.suite.ts";
import { migrateSuite } from "./suites/migrate.suite.ts";
import { migrationSuite } from "./suites/migration.suite.ts";
import { namespaceSuite } from "./suites/namespace.suite.ts";
import { optionSuite } from "./suites/option.suite.ts";
import { queryChangeSuite } from "./suites/query-change.suite.ts";
import { queryGroupSuite } from "./suites/query-group.suite.ts";
import { queryIndexSuite } from "./suites/query-index.suite.ts";
import { queryPageSuite } from "./suites/query-page.suite.ts";
import { queryPlanSuite } from "./suites/query-plan.suite.ts";
import { queryWhereSuite } from "./suites/query-where.suite.ts";
import { querySuite } from "./suites/query.suite.ts";
import { rangeSuite } from "./suites/range.suite.ts";
import { sameEverywhereSuite } from "./suites/same-everywhere.suite.ts";
import { removeEventSharedSuite } from "./suites/remove-event-shared.suite.ts";
import { removeEventSuite } from "./suites/remove-event.suite.ts";
import { schemaSuite } from "./suites/schema.suite.ts";
import { setSuite } from "./suites/set.suite.ts";
import { secondaryIndexSuite } from "./suites/secondary-index.suite.ts";
import { secondaryIndexKeySuite } from "./suites/secondary-index-key.suite.ts";
import { secondaryIndexUpkeepSuite } from "./suites/secondary-index-upkeep.suite.ts";
import { sharedSuite } from "./suites/shared.suite.ts";
import { slidingSuite } from "./suites/sliding.suite.ts";
import { slidingTableSuite } from "./suites/sliding-table.suite.ts";
import { staleSuite } from "./suites/stale.suite.ts";
import { statsSuite } from "./suites/stats.suite.ts";
import { statsUpkeepSuite } from "./suites/stats-upkeep.suite.ts";
import { storeCheckSuite } from "./suites/store-check.suite.ts";
import { storeClaimSuite } from "./suites/store-claim.suite.ts";
import { storeCommitSuite } from "./suites/store-commit.suite.ts";
import { storeDeleteRangeSuite } from "./suites/store-delete-range.suite.ts";
import { storeEntrySuite } from "./suites/store-entry.suite.ts";
import { storeFlushSuite } from "./suites/store-flush.suite.ts";
import { storeGetSuite } from "./suites/store-get.suite.ts";
import { storeGetBySuite } from "./suites/store-get-by.suite.ts";
import { storeIndexSuite } from "./suites/store-index.suite.ts";
import { storeLifeSuite } from "./suites/store-life.suite.ts";
import { storeOrderSuite } from "./suites/store-order.suite.ts";
import { storePageSuite } from "./suites/store-page.suite.ts";
import { storeRangeSuite } from "./suites/store-range.suite.ts";
import { storeSharedSuite } from "./suites/store-shared.suite.ts";
import { storeTableSuite } from "./suites/store-table.suite.ts";
import { storeTouchSuite } from "./suites/store-touch.suite.ts";
import { storeTrimPlaceSuite } from "./suites/store-trim-place.suite.ts";
import { storeTrimReviewSuite } from "./suites/store-trim-review.suite.ts";
import { storeTrimSuite } from "./suites/store-trim.suite.ts";
import { storeUsageSuite } from "./suites/store-usage.suite.ts";
import { structureSuite } from "./suites/structure.suite.ts";
import { sweepSuite } from "./suites/sweep.suite.ts";
import { tableSuite } from "./suites/table.suite.ts";
import { tableLifeSuite } from "./suites/table-life.suite.ts";
import { tableOptionSuite } from "./suites/table-option.suite.ts";
import { tableRaceSuite } from "./suites/table-race.suite.ts";
import { tableSchemaSuite } from "./suites/table-schema.suite.ts";
import { tableVerbSuite } from "./suites/table-verb.suite.ts";
import { tagsKeptSuite } from "./suites/tags-kept.suite.ts";
import { tagsRemovalSuite } from "./suites/tags-removal.suite.ts";
import { tagsTableSuite } from "./suites/tags-table.suite.ts";
import { tagsSuite } from "./suites/tags.suite.ts";
import { transferDamageSuite } from "./suites/transfer-damage.suite.ts";
import { transferImportSuite } from "./suites/transfer-import.suite.ts";
import { transferTableSuite } from "./suites/transfer-table.suite.ts";
import { transferSuite } from "./suites/transfer.suite.ts";
import { transactionSuite } from "./suites/transaction.suite.ts";
import { transactionConflictSuite } from "./suites/transaction-conflict.suite.ts";
import { transactionLifeSuite } from "./suites/transaction-life.suite.ts";
import { transactionQuerySuite } from "./suites/transaction-query.suite.ts";
import { transactionRaceSuite } from "./suites/transaction-race.suite.ts";
import { transactionReadSuite } from "./suites/transaction-read.suite.ts";
import { transactionRetrySuite } from "./suites/transaction-retry.suite.ts";
import { transactionTableSuite } from "./suites/transaction-table.suite.ts";
import { transactionUniqueSuite } from "./suites/transaction-unique.suite.ts";
import { ttlSuite } from "./suites/ttl.suite.ts";
import { turnSuite } from "./suites/turn.suite.ts";
import { uniqueSuite } from "./suites/unique.suite.ts";
import { uniqueTurnSuite } from "./suites/unique-turn.suite.ts";
import { valueShapeSuite } from "./suites/value-shape.suite.ts";
import { valueSuite } from "./suites/value.suite.ts";

const modelScenarios: readonly Scenario[] = [
  {
    level: "model",
    key: "model/random-histories",
    title: "a cache answers as a sorted map with a clock does, whatever happens to it",
    requires: [],
    variants: ["fresh"],
    check: checkAgainstModel,
  },
  {
    level: "model",
    key: "model/bounded-histories",
    title: "a bounded table holds what was used last, exactly, whatever happens to it",
    requires: [],
    variants: ["fresh"],
    check: checkAgainstBoundedModel,
  },
];

/** All scenarios: of the store first, since what is wrong there shows in the cache, too. Their keys are unique and stay the same. */
export const scenarios: readonly Scenario[] = [
  ...storeGetSuite,
  ...storeTableSuite,
  ...storeRangeSuite,
  ...storePageSuite,
  ...storeGetBySuite,
  ...storeIndexSuite,
  ...storeEntrySuite,
  ...storeCommitSuite,
  ...storeCheckSuite,
  ...storeClaimSuite,
  ...storeTouchSuite,
  ...storeTrimSuite,
  ...storeTrimReviewSuite,
  ...storeTrimPlaceSuite,
  ...storeOrderSuite,
  ...storeDeleteRangeSuite,
  ...storeUsageSuite,
  ...storeFlushSuite,
  ...storeLifeSuite,
  ...storeSharedSuite,
  ...getSuite,
  ...setSuite,
  ...deleteSuite,
  ...keySuite,
  ...valueSuite,
  ...valueShapeSuite,
  ...structureSuite,
  ...ttlSuite,
  ...evictionSuite,
  ...evictionBudgetSuite,
  ...evictionPolicySuite,
  ...evictionTooLargeSuite,
  ...expirySuite,
  ...slidingSuite,
  ...slidingTableSuite,
  ...staleSuite,
  ...sweepSuite,
  ...clockSuite,
  ...tagsSuite,
  ...tagsRemovalSuite,
  ...tagsTableSuite,
  ...tagsKeptSuite,
  ...turnSuite,
  ...faceSuite,
  ...rangeSuite,
  ...iterationSuite,
  ...namespaceSuite,
  ...eventSuite,
  ...removeEventSuite,
  ...removeEventSharedSuite,
  ...statsSuite,
  ...statsUpkeepSuite,
  ...healthSuite,
  ...schemaSuite,
  ...corruptSuite,
  ...optionSuite,
  ...transferSuite,
  ...transferImportSuite,
  ...transferTableSuite,
  ...transferDamageSuite,
  ...sameEverywhereSuite,
  ...closeSuite,
  ...transactionSuite,
  ...transactionReadSuite,
  ...transactionTableSuite,
  ...transactionUniqueSuite,
  ...transactionQuerySuite,
  ...transactionConflictSuite,
  ...transactionRetrySuite,
  ...transactionRaceSuite,
  ...transactionLifeSuite,
  ...atomicSuite,
  ...atomicTableSuite,
  ...sharedSuite,
  ...tableSuite,
  ...tableVerbSuite,
  ...tableLifeSuite,
  ...tableOptionSuite,
  ...secondaryIndexSuite,
  ...secondaryIndexKeySuite,
  ...secondaryIndexUpkeepSuite,
  ...uniqueSuite,
  ...uniqueTurnSuite,
  ...tableSchemaSuite,
  ...catalogSuite,
  ...catalogSharedSuite,
  ...tableRaceSuite,
  ...indexBuildSuite,
  ...migrationSuite,
  ...migrateSuite,
  ...querySuite,
  ...queryIndexSuite,
  ...queryWhereSuite,
  ...queryPlanSuite,
  ...queryPageSuite,
  ...queryChangeSuite,
  ...queryGroupSuite,
  ...modelScenarios,
];
