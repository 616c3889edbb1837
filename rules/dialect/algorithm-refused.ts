import { defineRule, isUnchecked } from '../../src/rule/define.ts'

const algorithms = ['INSTANT', 'NOCOPY', 'INPLACE', 'COPY']
const locks = ['NONE', 'SHARED', 'EXCLUSIVE']

export default defineRule({
  id: 'algorithm-refused',
  title: 'ALGORITHM or LOCK that the server refuses',
  severity: 'error',
  profile: 'safety',
  profileBecause: 'The migration fails, and what came before it in the file is committed.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'ALGORITHM and LOCK say how much a change may cost. A change that needs more is refused (errors 1845, 1846 and 1221) and nothing of the statement happens, but the statements before it stay: DDL cannot be rolled back.',
  instead: 'Ask for what the change needs at least, or make the change in a way that needs less.',
  unless: 'An older or newer server than the one that is judged carries it out; set the version.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html',
    'https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html',
  ],
  covers: [81, 84],
  equivalents: [],
  messages: {
    algorithm: 'The server refuses ALGORITHM={asked} here: the change needs {needed}.',
    lock: 'The server refuses LOCK={asked} here: the change needs LOCK={needed}.',
    together: {
      text: 'MySQL refuses ALGORITHM=INSTANT together with LOCK={asked} (error 1221).',
      help: 'Leave LOCK out: an INSTANT change takes no lock worth naming.',
    },
  },
  on: {
    every(operation, at) {
      const { operations } = at.statement
      if (operations[0] !== operation) return
      const clauses = operations.flatMap((one) =>
        one.kind === 'alterTable' && one.value !== undefined ? [{ ...one, value: one.value.toUpperCase() }] : [],
      )
      const algorithm = clauses.find(({ action }) => action === 'ALGORITHM')
      const lock = clauses.find(({ action }) => action === 'LOCK')
      if (algorithm === undefined && lock === undefined) return
      // A server that does not know the word is dialect-mismatch's to tell.
      if (algorithm?.value === 'INSTANT' && !(at.dialect === 'mysql' ? at.atLeast(8, 0, 12) : at.atLeast(10, 3, 2))) return
      if (at.dialect === 'mysql' && algorithm?.value === 'INSTANT' && lock && locks.includes(lock.value)) {
        at.report(lock, 'together', { asked: lock.value }, { evidence: 'derived' })
        return
      }
      // With foreign_key_checks off a key is added in place.
      if (isUnchecked(at.earlier) && operations.some((one) => one.kind === 'addConstraint' && one.constraint.kind === 'foreignKey')) return
      const needed = at.costWithout(['ALGORITHM', 'LOCK'])
      if (algorithm && isLess(algorithm.value, needed.algorithm, algorithms))
        at.report(algorithm, 'algorithm', { asked: algorithm.value, needed: needed.algorithm ?? '' }, { evidence: 'derived' })
      else if (lock && isLess(lock.value, needed.lock, locks))
        at.report(lock, 'lock', { asked: lock.value, needed: needed.lock }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'algorithm',
      history: ['CREATE TABLE orders (id INT PRIMARY KEY, total INT);'],
      sql: 'ALTER TABLE orders MODIFY total BIGINT, ALGORITHM=INPLACE;',
    },
    { on: 'mysql', says: 'together', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT, LOCK=NONE;' },
    {
      on: 'mariadb',
      version: '10.11',
      says: 'lock',
      sql: 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0), LOCK=NONE;',
    },
  ],
  good: [
    { on: 'mysql', sql: 'ALTER TABLE orders ADD INDEX orders_state (state), ALGORITHM=INPLACE, LOCK=NONE;' },
    { on: 'mariadb', title: 'MariaDB takes both', sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT, LOCK=NONE;' },
    {
      on: 'mysql',
      version: '5.7',
      title: 'An older server does not know the word',
      sql: 'ALTER TABLE orders ADD COLUMN note TEXT NULL, ALGORITHM=INSTANT;',
      also: ['dialect-mismatch', 'table-copy'],
    },
  ],
})

/** Does the clause ask for less than the change needs? What is not known is not said. */
function isLess(asked: string, needed: string | undefined, order: readonly string[]): boolean {
  return needed !== undefined && order.includes(asked) && order.indexOf(asked) < order.indexOf(needed)
}
