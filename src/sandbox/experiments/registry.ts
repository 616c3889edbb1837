import type { Experiment } from '../experiment.ts'
import algorithmRefused from './algorithm-refused.ts'
import attachPartitionScan from './attach-partition-scan.ts'
import attributesNotRestated from './attributes-not-restated.ts'
import cachedPlan from './cached-plan.ts'
import cascadeRemoved from './cascade-removed.ts'
import checkWithoutNotValid from './check-without-not-valid.ts'
import concurrentInTransaction from './concurrent-in-transaction.ts'
import concurrentWaitsForItself from './concurrent-waits-for-itself.ts'
import constraintViolatedByRows from './constraint-violated-by-rows.ts'
import detachPartitionNotConcurrent from './detach-partition-not-concurrent.ts'
import dialectMismatch from './dialect-mismatch.ts'
import domainConstraintScan from './domain-constraint-scan.ts'
import dropBeforeContract from './drop-before-contract.ts'
import dropIndexNotConcurrent from './drop-index-not-concurrent.ts'
import dropRefused from './drop-refused.ts'
import duplicateColumn from './duplicate-column.ts'
import enumDropType from './enum-drop-type.ts'
import enumValueInTransaction from './enum-value-in-transaction.ts'
import enumValueRemoved from './enum-value-removed.ts'
import explicitLockTable from './explicit-lock-table.ts'
import fkWithoutNotValid from './fk-without-not-valid.ts'
import foreignKeyMismatch from './foreign-key-mismatch.ts'
import functionVolatility from './function-volatility.ts'
import historyConflict from './history-conflict.ts'
import indexKeyRefused from './index-key-refused.ts'
import indexNotConcurrent from './index-not-concurrent.ts'
import insertBreaking from './insert-breaking.ts'
import irreversibleDown from './irreversible-down.ts'
import lossyTypeChange from './lossy-type-change.ts'
import missingDown from './missing-down.ts'
import missingLockTimeout from './missing-lock-timeout.ts'
import missingTransaction from './missing-transaction.ts'
import mixedDdlDml from './mixed-ddl-dml.ts'
import mysqlImplicitCommit from './mysql-implicit-commit.ts'
import nPlusOneBackfill from './n-plus-one-backfill.ts'
import nonIdempotentDdl from './non-idempotent-ddl.ts'
import notNullWithoutDefault from './not-null-without-default.ts'
import partitionKeyMissing from './partition-key-missing.ts'
import pendingTriggerEvents from './pending-trigger-events.ts'
import rebuildCascade from './rebuild-cascade.ts'
import refreshNotConcurrent from './refresh-not-concurrent.ts'
import renameBreaking from './rename-breaking.ts'
import replaceRefused from './replace-refused.ts'
import setNotNullScan from './set-not-null-scan.ts'
import tableCopy from './table-copy.ts'
import tableRewrite from './table-rewrite.ts'
import transactionNotPassed from './transaction-not-passed.ts'
import truncateCascade from './truncate-cascade.ts'
import typeChangeRewrite from './type-change-rewrite.ts'
import unbatchedUpdate from './unbatched-update.ts'
import uniqueConstraintLock from './unique-constraint-lock.ts'
import volatileDefaultRewrite from './volatile-default-rewrite.ts'

/** Every experiment by the rule whose findings it judges. */
export const experiments: ReadonlyMap<string, Experiment> = new Map(
  [
    algorithmRefused,
    attachPartitionScan,
    attributesNotRestated,
    cachedPlan,
    cascadeRemoved,
    checkWithoutNotValid,
    concurrentInTransaction,
    concurrentWaitsForItself,
    constraintViolatedByRows,
    detachPartitionNotConcurrent,
    dialectMismatch,
    domainConstraintScan,
    dropBeforeContract,
    dropIndexNotConcurrent,
    dropRefused,
    duplicateColumn,
    enumDropType,
    enumValueInTransaction,
    enumValueRemoved,
    explicitLockTable,
    fkWithoutNotValid,
    foreignKeyMismatch,
    functionVolatility,
    historyConflict,
    indexKeyRefused,
    indexNotConcurrent,
    insertBreaking,
    irreversibleDown,
    lossyTypeChange,
    missingDown,
    missingLockTimeout,
    missingTransaction,
    mixedDdlDml,
    mysqlImplicitCommit,
    nPlusOneBackfill,
    nonIdempotentDdl,
    notNullWithoutDefault,
    partitionKeyMissing,
    pendingTriggerEvents,
    rebuildCascade,
    refreshNotConcurrent,
    renameBreaking,
    replaceRefused,
    setNotNullScan,
    tableCopy,
    tableRewrite,
    transactionNotPassed,
    truncateCascade,
    typeChangeRewrite,
    unbatchedUpdate,
    uniqueConstraintLock,
    volatileDefaultRewrite,
  ].map((experiment): [string, Experiment] => [experiment.rule, experiment]),
)
