import { defineRule, isRebuilt, type Moment, type Name, type ScriptSite, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'missing-foreign-key-check',
  title: 'Foreign keys switched off for a rebuild and not checked after it',
  severity: 'warning',
  profile: 'style',
  profileBecause: 'A rebuild that copies every row leaves no orphans: the check is a second pair of eyes.',
  since: '0.2.0',
  dialects: ['sqlite'],
  inDown: 'full',
  why: 'While foreign keys are off nothing checks what a rebuild leaves behind, and switching them on again looks at no row that is there: a child whose parent was not copied stays an orphan until somebody stumbles on it.',
  instead: 'Run PRAGMA foreign_key_check before the COMMIT, and roll back when it gives a row.',
  unless: 'No table refers to the one that is rebuilt or is referred to by it. Prisma writes its own rebuilds.',
  sources: [
    'https://www.sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes',
    'https://www.sqlite.org/pragma.html#pragma_foreign_key_check',
  ],
  covers: [121],
  equivalents: [],
  messages: {
    unchecked: 'Foreign keys are off while {table} is rebuilt, and nothing looks for orphans afterwards.',
  },
  on: {
    script(at) {
      if (at.framework === 'prisma') return
      const off = at.walk.moments.find((moment) => isPragma(moment, 'foreign_keys') && /^(?:0|off|no|false)$/i.test(settingOf(moment)))
      if (!off || at.walk.moments.some((moment) => isPragma(moment, 'foreign_key_check'))) return
      const rebuilt = at.walk.moments.find((moment, i) => i > at.walk.moments.indexOf(off) && isRebuiltBy(moment, i, at))
      if (rebuilt?.operation.kind === 'dropTable') at.report(off.operation, 'unchecked', { table: showName(rebuilt.operation.table) })
    },
  },
  bad: [
    {
      on: 'sqlite',
      says: 'unchecked',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));',
      ],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
  ],
  good: [
    {
      on: 'sqlite',
      history: [
        'CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\nCREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id));',
      ],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nPRAGMA foreign_key_check;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
    {
      on: 'sqlite',
      title: 'Nothing refers to it',
      history: ['CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);'],
      sql: 'PRAGMA foreign_keys = OFF;\nBEGIN;\nCREATE TABLE new_users (id INTEGER PRIMARY KEY, email TEXT, name TEXT);\nINSERT INTO new_users (id, email) SELECT id, email FROM users;\nDROP TABLE users;\nALTER TABLE new_users RENAME TO users;\nCOMMIT;\nPRAGMA foreign_keys = ON;',
    },
  ],
})

type Asks = Pick<ScriptSite, 'walk' | 'sameName'>

function isPragma({ operation }: Moment, name: string): boolean {
  return operation.kind === 'setVariable' && operation.name === `pragma ${name}`
}

function settingOf({ operation }: Moment): string {
  return operation.kind === 'setVariable' ? (operation.value ?? '') : ''
}

/** Does this drop a table that foreign keys hold on to, for another one to take its place? */
function isRebuiltBy({ operation, before }: Moment, i: number, at: Asks): boolean {
  if (
    operation.kind !== 'dropTable' ||
    !isRebuilt(operation.table, { sameName: at.sameName, walk: at.walk, later: at.walk.moments.slice(i + 1) })
  )
    return false
  const isOne = (name: Name) => at.sameName(name, operation.table)
  return [...before.tables.values()].some(({ name, constraints }) =>
    constraints.some(({ constraint }) => constraint.references && (isOne(name) || isOne(constraint.references.table))),
  )
}
