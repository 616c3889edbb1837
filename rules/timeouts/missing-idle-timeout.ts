import { defineRule } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-idle-timeout',
  title: 'Transaction that a dead client keeps open',
  severity: 'info',
  profile: 'style',
  profileBecause: 'Only a client that hangs between two statements is caught by it.',
  since: '0.2.0',
  dialects: ['postgres'],
  inDown: 'full',
  why: 'A client that hangs or loses its network between two statements of a transaction keeps every lock of it, until TCP gives up hours later.',
  instead: "SET idle_in_transaction_session_timeout = '1min' at the beginning, or set it for the role that migrates.",
  unless: 'It is set, or the runner or the role sets the timeouts (configuration: "timeouts": "set-by-runner").',
  sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT'],
  covers: [290],
  equivalents: ['pgfence:missing-idle-timeout'],
  messages: {
    unset: 'A client that hangs in this transaction keeps its locks: no idle_in_transaction_session_timeout is in force.',
    never: '{count} of the judged migrations open a transaction with no idle_in_transaction_session_timeout in force.',
  },
  on: {
    script(at) {
      const held = at.walk.moments.find(
        ({ transaction, session }) =>
          transaction.by === 'file' &&
          transaction.held.length > 0 &&
          !session.settings.has('idle_in_transaction_session_timeout') &&
          !isTrusted(session),
      )
      if (held) at.report(held.operation, 'unset', {}, { evidence: 'derived', oncePerRun: { message: 'never' } })
    },
  },
  bad: [
    {
      on: 'postgres',
      says: 'unset',
      sql: 'BEGIN;\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN memo text;\nCOMMIT;',
    },
  ],
  good: [
    {
      on: 'postgres',
      sql: "SET idle_in_transaction_session_timeout = '1min';\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN memo text;\nCOMMIT;",
    },
    { on: 'postgres', title: 'No transaction of its own', sql: 'ALTER TABLE orders ADD COLUMN note text;' },
  ],
})

/** Bounded, and not by this script: the runner sets the timeouts. */
function isTrusted({
  waitsBounded,
  settings,
}: {
  readonly waitsBounded: boolean
  readonly settings: ReadonlyMap<string, string>
}): boolean {
  return waitsBounded && !settings.has('lock_timeout') && !settings.has('statement_timeout')
}
