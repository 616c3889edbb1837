import { describe, expect, it } from 'vitest'
import type { Version } from '../../../src/dialects/dialect.ts'
import type { Schema } from '../../../src/schema/schema.ts'
import {
  add,
  addConstraint,
  addIndex,
  alter,
  type Clause,
  column,
  constraint,
  costOf,
  drop,
  dropConstraint,
  dropIndex,
  expression,
  modify,
  rename,
  schemaWith,
} from './costs-table.ts'

/** Algorithm, and `+` when the table's rows are rewritten, and `!` when writes wait: what a server answers to ALGORITHM= and LOCK=. */
function shown(engine: 'mysql' | 'mariadb', version: Version, clauses: Clause | readonly Clause[], before?: Schema): string {
  const { algorithm, rewrites, blocks } = costOf(engine, version, clauses, before)
  return `${algorithm}${rewrites === true ? '+' : ''}${blocks === 'writes' ? '!' : blocks === 'nothing' ? '' : ` ${blocks}`}`
}

const ungenerated = schemaWith({}, false, false, false)
const compressed = schemaWith({ ROW_FORMAT: 'COMPRESSED' })
const fulltext = schemaWith({}, true)
const referenced = schemaWith({}, false, true)
const generated = (stored: boolean) => ({ generated: { expression: expression('a+1', { columns: ['a'], constant: false }), stored } })
const inline = (kind: 'check' | 'unique' | 'primaryKey' | 'foreignKey') => ({
  constraints: [constraint(kind, ['n1'], kind === 'foreignKey' ? { references: { table: { name: 'p' }, columns: ['id'] } } : {})],
})

// Claim, clauses, MySQL 9.7, MariaDB 10.11, MariaDB 11.8 as measured on those servers, and the schema when it is not the plain one.
const facts: readonly (readonly [string, Clause | readonly Clause[], string, string, string, Schema?])[] = [
  ['ADD COLUMN last', add(column('n1', 'int')), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['ADD COLUMN FIRST', add(column('n1', 'int'), { position: 'first' }), 'INSTANT', 'INSTANT', 'INSTANT', ungenerated],
  ['ADD COLUMN AFTER', add(column('n1', 'int'), { position: { after: 'a' } }), 'INSTANT', 'INSTANT', 'INSTANT', ungenerated],
  ['ADD NOT NULL DEFAULT', add(column('n1', 'int', { nullable: false, default: expression('5') })), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['ADD NOT NULL without DEFAULT', add(column('n1', 'int', { nullable: false })), 'INSTANT', 'INSTANT', 'INSTANT'],
  [
    'ADD DEFAULT (uuid())',
    add(column('n1', 'varchar(36)', { default: expression('(uuid())', { constant: false, functions: ['uuid'] }) })),
    'COPY+!',
    'COPY+!',
    'COPY+',
  ],
  [
    'ADD DEFAULT (now())',
    add(column('n1', 'datetime', { default: expression('(now())', { constant: false, functions: ['now'] }) })),
    'COPY+!',
    'INSTANT',
    'INSTANT',
  ],
  ['ADD DEFAULT (1+1)', add(column('n1', 'int', { default: expression('(1+1)') })), 'COPY+!', 'INSTANT', 'INSTANT'],
  [
    'ADD DEFAULT CURRENT_TIMESTAMP',
    add(column('n1', 'datetime', { default: expression('CURRENT_TIMESTAMP', { constant: false, functions: ['current_timestamp'] }) })),
    'INSTANT',
    'INSTANT',
    'INSTANT',
  ],
  [
    'ADD DEFAULT (json_array())',
    add(column('n1', 'json', { default: expression('(json_array())', { constant: false, functions: ['json_array'] }) })),
    'COPY+!',
    'INSTANT',
    'INSTANT',
  ],
  ['ADD COLUMN UNIQUE', add(column('n1', 'int', inline('unique'))), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  [
    'ADD AUTO_INCREMENT with a key',
    [add(column('n1', 'int', { nullable: false, autoIncrement: true })), addIndex(['n1'])],
    'INPLACE+!',
    'INPLACE+!',
    'INPLACE+!',
  ],
  [
    'ADD AUTO_INCREMENT PRIMARY KEY',
    add(column('n1', 'int', { autoIncrement: true, ...inline('primaryKey') })),
    'INPLACE+!',
    'INPLACE+!',
    'INPLACE+!',
  ],
  ['ADD COLUMN CHECK', add(column('n1', 'int', inline('check'))), 'COPY+!', 'INSTANT', 'INSTANT'],
  ['ADD COLUMN REFERENCES', add(column('n1', 'int', inline('foreignKey'))), 'COPY+!', 'COPY+!', 'COPY+'],
  ['ADD stored generated', add(column('n1', 'int', generated(true))), 'COPY+!', 'COPY+!', 'COPY+'],
  ['ADD virtual generated', add(column('n1', 'int', generated(false))), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['ADD COLUMN beside FULLTEXT', add(column('n1', 'int')), 'COPY+!', 'INPLACE+!', 'INPLACE+!', fulltext],
  ['ADD COLUMN to COMPRESSED', add(column('n1', 'int')), 'INPLACE+', 'INPLACE+', 'INPLACE+', compressed],
  ['DROP COLUMN', drop('c'), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['DROP indexed COLUMN', drop('a'), 'INPLACE+', 'NOCOPY', 'NOCOPY'],
  ['DROP virtual', drop('vg'), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['DROP stored', drop('sg'), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['RENAME COLUMN', rename('c', 'c2'), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['CHANGE to another name only', modify('c', column('c2', 'varchar(200)')), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['RENAME COLUMN that a key refers to', rename('id', 'id2'), 'INPLACE', 'INSTANT', 'INSTANT', referenced],
  ['MODIFY FIRST', modify('c', column('c', 'varchar(200)'), { position: 'first' }), 'INPLACE+', 'INSTANT', 'INSTANT'],
  ['int to bigint', modify('a', column('a', 'bigint')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['int to varchar', modify('a', column('a', 'varchar(20)')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['int to unsigned', modify('d', column('d', 'int unsigned', { nullable: false })), 'COPY+!', 'COPY+!', 'COPY+'],
  ['decimal(10,2) to (12,2)', modify('dec1', column('dec1', 'decimal(12,2)')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['datetime to datetime(6)', modify('dt', column('dt', 'datetime(6)')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['varchar to text', modify('c', column('c', 'text')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['text to longtext', modify('txt', column('txt', 'longtext')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['varchar(20) to (50) of 4 bytes each', modify('b', column('b', 'varchar(50)')), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['varchar(20) to (100), past 255 bytes', modify('b', column('b', 'varchar(100)')), 'COPY+!', 'INSTANT', 'INSTANT'],
  ['varchar(200) to (500), both past 255 bytes', modify('c', column('c', 'varchar(500)')), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['varchar shortened', modify('c', column('c', 'varchar(100)')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['char lengthened', modify('ch1', column('ch1', 'char(20)')), 'COPY+!', 'COPY+!', 'COPY+'],
  ['a comment only', modify('c', column('c', 'varchar(200)', { comment: 'x' })), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['SET DEFAULT', { kind: 'setDefault', table: { name: 't' }, column: 'd', default: expression('5') }, 'INSTANT', 'INSTANT', 'INSTANT'],
  ['MODIFY NOT NULL', modify('a', column('a', 'int', { nullable: false })), 'INPLACE+', 'INPLACE+', 'INPLACE+', ungenerated],
  ['MODIFY NULL', modify('d', column('d', 'int')), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  ['enum appended', modify('e', column('e', "enum('x','y','z')")), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['enum inserted in the middle', modify('e', column('e', "enum('x','z','y')")), 'COPY+!', 'COPY+!', 'COPY+'],
  ['enum member removed', modify('e', column('e', "enum('x')")), 'COPY+!', 'COPY+!', 'COPY+'],
  ['set appended', modify('st', column('st', "set('a','b','c')")), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['set past 8 members', modify('st', column('st', "set('a','b','c','d','e','f','g','h','i')")), 'COPY+!', 'COPY+!', 'COPY+'],
  ['ADD INDEX', addIndex(['c']), 'INPLACE', 'NOCOPY', 'NOCOPY'],
  ['ADD UNIQUE INDEX', addIndex(['b'], { unique: true }), 'INPLACE', 'NOCOPY', 'NOCOPY'],
  ['first FULLTEXT', addIndex(['txt'], { method: 'FULLTEXT' }), 'INPLACE+!', 'INPLACE+!', 'INPLACE+!'],
  ['second FULLTEXT', addIndex(['c'], { method: 'FULLTEXT' }), 'INPLACE!', 'NOCOPY!', 'NOCOPY!', fulltext],
  ['SPATIAL', addIndex(['gp'], { method: 'SPATIAL' }), 'INPLACE!', 'NOCOPY!', 'NOCOPY!'],
  ['DROP INDEX', dropIndex('a_idx'), 'INPLACE', 'NOCOPY', 'NOCOPY'],
  ['RENAME INDEX', { kind: 'renameIndex', name: { name: 'a_idx' }, table: { name: 't' }, to: 'a2' }, 'INPLACE', 'INSTANT', 'INSTANT'],
  ['ADD PRIMARY KEY', addConstraint(constraint('primaryKey', ['a'])), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  ['DROP PRIMARY KEY', dropConstraint(undefined, 'primaryKey'), 'COPY+!', 'COPY+!', 'COPY+'],
  ['DROP COLUMN of the primary key', drop('id'), 'COPY+!', 'COPY+!', 'COPY+'],
  [
    'DROP COLUMN of the primary key, and another key',
    [drop('id'), addConstraint(constraint('primaryKey', ['d']))],
    'INPLACE+',
    'INPLACE+',
    'INPLACE+',
  ],
  [
    'DROP and ADD PRIMARY KEY',
    [dropConstraint(undefined), addConstraint(constraint('primaryKey', ['a']))],
    'INPLACE+',
    'INPLACE+',
    'INPLACE+',
  ],
  [
    'ADD FOREIGN KEY',
    addConstraint(constraint('foreignKey', ['a'], { references: { table: { name: 'p' }, columns: ['id'] } })),
    'COPY+!',
    'COPY+!',
    'COPY+',
  ],
  ['DROP FOREIGN KEY', dropConstraint('f1', 'foreignKey'), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['ADD CHECK', addConstraint(constraint('check', ['d'])), 'COPY+!', 'COPY+!', 'COPY+'],
  ['DROP CHECK by its name', dropConstraint('ck1'), 'INSTANT', 'INSTANT', 'INSTANT'],
  ['RENAME TO', { kind: 'renameTable', table: { name: 't' }, to: { name: 'nt' } }, 'INSTANT', 'INSTANT', 'INSTANT'],
  ['AUTO_INCREMENT=', alter('AUTO_INCREMENT', '1000'), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['ROW_FORMAT=', alter('ROW_FORMAT', 'COMPRESSED'), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  ['COMMENT=', alter('COMMENT', "'x'"), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['DEFAULT CHARACTER SET', alter('DEFAULT CHARACTER SET', 'latin1'), 'INPLACE', 'INSTANT', 'INSTANT'],
  ['CONVERT TO CHARACTER SET', alter('CONVERT TO CHARACTER SET', 'latin1'), 'COPY+!', 'COPY+!', 'COPY+'],
  ['FORCE', alter('FORCE'), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  ['ENGINE=InnoDB', alter('ENGINE', 'InnoDB'), 'INPLACE+', 'INPLACE+', 'INPLACE+'],
  ['ENGINE=MyISAM', alter('ENGINE', 'MyISAM'), 'COPY+!', 'COPY+!', 'COPY+'],
  ['two INSTANT clauses', [add(column('n1', 'int')), add(column('n2', 'int'))], 'INSTANT', 'INSTANT', 'INSTANT'],
  ['ADD COLUMN with ADD INDEX rebuilds', [add(column('n1', 'int')), addIndex(['c'])], 'INPLACE+', 'INPLACE+', 'INPLACE+'],
]

describe('measured on servers', () => {
  for (const [claim, clauses, mysql97, mariadb1011, mariadb118, before] of facts)
    it(claim, () => {
      expect({
        mysql97: shown('mysql', [9, 7], clauses, before),
        mariadb1011: shown('mariadb', [10, 11], clauses, before),
        mariadb118: shown('mariadb', [11, 8], clauses, before),
      }).toEqual({ mysql97, mariadb1011, mariadb118 })
    })
})

describe('older versions, as their manuals say', () => {
  const last = add(column('n1', 'int'))
  const first = add(column('n1', 'int'), { position: 'first' })
  it('ADD COLUMN is INSTANT anywhere from 8.0.29, at the end from 8.0.12, never in 5.7', () => {
    expect(shown('mysql', [8, 0, 29], first)).toBe('INSTANT')
    expect(shown('mysql', [8, 0, 28], first)).toBe('INPLACE+')
    expect(shown('mysql', [8, 0, 28], add(column('n1', 'int'), { position: { after: 'sg' } }))).toBe('INSTANT')
    expect(shown('mysql', [8, 0, 12], last)).toBe('INSTANT')
    expect(shown('mysql', [8, 0, 11], last)).toBe('INPLACE+')
    expect(shown('mysql', [5, 7], last)).toBe('INPLACE+')
    expect(shown('mariadb', [10, 3, 2], last)).toBe('INSTANT')
    expect(shown('mariadb', [10, 3, 2], first)).toBe('INPLACE+')
    expect(shown('mariadb', [10, 4], first, ungenerated)).toBe('INSTANT')
  })

  it('DROP COLUMN is INSTANT from 8.0.29 and MariaDB 10.4', () => {
    expect(shown('mysql', [8, 0, 28], drop('c'))).toBe('INPLACE+')
    expect(shown('mariadb', [10, 3], drop('c'))).toBe('INPLACE+')
  })

  it('RENAME COLUMN is INSTANT from 8.0.28 and metadata in place before', () => {
    expect(shown('mysql', [8, 0, 28], rename('c', 'c2'))).toBe('INSTANT')
    expect(shown('mysql', [8, 0, 27], rename('c', 'c2'))).toBe('INPLACE')
  })

  it('before 8.0.16 MySQL ignores CHECK, before 9.0 inline REFERENCES', () => {
    expect(shown('mysql', [8, 0, 15], add(column('n1', 'int', inline('check'))))).toBe('INSTANT')
    expect(shown('mysql', [8, 0, 15], addConstraint(constraint('check', ['d'])))).toBe('INPLACE')
    expect(shown('mysql', [8, 4], add(column('n1', 'int', inline('foreignKey'))))).toBe('INSTANT')
  })

  it('MariaDB passes 255 bytes freely from 127 bytes or less, and copies from 128', () => {
    const from = (length: number) => {
      const before = schemaWith()
      const state = before.tables.get('t')!
      const columns = state.columns.set('b', { ...state.columns.get('b')!, column: column('b', `varchar(${length})`) })
      return { ...before, tables: before.tables.set('t', { ...state, columns }) }
    }
    expect(shown('mariadb', [10, 11], modify('b', column('b', 'varchar(64)')), from(31))).toBe('INSTANT')
    expect(shown('mariadb', [10, 11], modify('b', column('b', 'varchar(64)')), from(32))).toBe('COPY+!')
    expect(shown('mariadb', [10, 11], modify('b', column('b', 'varchar(100)')), from(50))).toBe('COPY+!')
  })
})

describe('the table has a say', () => {
  it('a character set of one byte keeps varchar(200) below 256 bytes', () => {
    expect(shown('mysql', [8, 4], modify('b', column('b', 'varchar(200)')), schemaWith({ CHARSET: 'latin1' }))).toBe('INPLACE')
    expect(shown('mysql', [8, 4], modify('b', column('b', 'varchar(256)')), schemaWith({ CHARSET: 'latin1' }))).toBe('COPY+!')
  })

  it('MyISAM copies what InnoDB does in place, and still renames at once', () => {
    const myisam = schemaWith({ ENGINE: 'MyISAM' })
    expect(shown('mariadb', [10, 11], add(column('n1', 'int')), myisam)).toBe('COPY+!')
    expect(shown('mariadb', [10, 11], addIndex(['c']), myisam)).toBe('COPY+!')
    expect(shown('mariadb', [10, 11], dropIndex('a_idx'), myisam)).toBe('COPY+!')
    expect(shown('mariadb', [10, 11], rename('c', 'c2'), myisam)).toBe('INSTANT')
  })

  it('MariaDB copies a table to put a column before its virtual ones, or NOT NULL beside stored ones', () => {
    expect(shown('mariadb', [10, 11], add(column('n1', 'int'), { position: 'first' }))).toBe('COPY+!')
    expect(shown('mariadb', [10, 11], modify('c', column('c', 'varchar(200)', { nullable: false })))).toBe('COPY+!')
  })

  it('what is not known is said to be unknown', () => {
    const cost = costOf('mysql', [8, 4], modify('nope', column('nope', 'bigint')))
    expect(cost).toMatchObject({ algorithm: 'unknown', blocks: 'unknown', rewrites: 'unknown', commits: true })
    expect(costOf('mysql', [8, 4], alter('SOMETHING NEW')).blocks).toBe('unknown')
    expect(costOf('mysql', [8, 4], { kind: 'opaque', because: 'syntax', detail: '' }).blocks).toBe('unknown')
  })

  it('a clause that could not be read leaves its neighbours unknown, unless they copy anyway', () => {
    const unread: Clause = { kind: 'opaque', because: 'syntax', detail: '' }
    expect(costOf('mysql', [8, 4], [add(column('n1', 'int')), unread])).toMatchObject({
      algorithm: 'unknown',
      blocks: 'unknown',
      rewrites: false,
    })
    expect(costOf('mysql', [8, 4], [modify('a', column('a', 'bigint')), unread])).toMatchObject({ algorithm: 'COPY', blocks: 'writes' })
  })

  it('a statement of a thousand clauses is weighed once', () => {
    const clauses = Array.from({ length: 3000 }, (_, i) => add(column(`n${i}`, 'int')))
    const started = performance.now()
    expect(costOf('mysql', [8, 4], clauses, schemaWith(), 2999).algorithm).toBe('INSTANT')
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('a primary key column stays NOT NULL when MODIFY leaves it out', () => {
    expect(shown('mysql', [8, 4], modify('id', column('id', 'int', { autoIncrement: true })))).toBe('INSTANT')
  })
})

describe('one statement runs as its worst clause', () => {
  const both = [add(column('n1', 'int')), modify('a', column('a', 'bigint'))]
  it('blocks and algorithm are the statement’s, rewriting is the clause’s own', () => {
    const cheap = costOf('mysql', [9, 7], both, schemaWith(), 0)
    const dear = costOf('mysql', [9, 7], both, schemaWith(), 1)
    expect(cheap).toMatchObject({ algorithm: 'COPY', blocks: 'writes', rewrites: false })
    expect(dear).toMatchObject({ algorithm: 'COPY', blocks: 'writes', rewrites: true })
  })

  it('MariaDB keeps ADD COLUMN instant beside DROP INDEX; MySQL rebuilds', () => {
    const clauses = [add(column('n1', 'int')), dropIndex('a_idx')]
    expect(shown('mariadb', [10, 11], clauses)).toBe('NOCOPY')
    expect(shown('mysql', [9, 7], clauses)).toBe('INPLACE+')
  })

  it('an ALGORITHM or LOCK that cannot be kept is refused and changes nothing', () => {
    const cost = costOf('mysql', [8, 4], [modify('a', column('a', 'bigint')), alter('ALGORITHM', 'INPLACE'), alter('LOCK', 'NONE')])
    expect(cost).toMatchObject({ blocks: 'nothing', rewrites: false, commits: true })
    expect(cost.because).toBe('MySQL refuses ALGORITHM=INPLACE here, because the change needs COPY')
    expect(costOf('mysql', [8, 4], [addIndex(['txt'], { method: 'fulltext' }), alter('LOCK', 'NONE')]).because).toContain('LOCK=NONE')
    expect(shown('mysql', [8, 4], [addIndex(['c']), alter('ALGORITHM', 'INPLACE'), alter('LOCK', 'NONE')])).toBe('INPLACE')
  })

  it('ALGORITHM=COPY and LOCK=EXCLUSIVE make it worse', () => {
    expect(shown('mysql', [8, 4], [addIndex(['c']), alter('ALGORITHM', 'COPY')])).toBe('COPY!')
    expect(shown('mysql', [8, 4], [addIndex(['c']), alter('LOCK', 'EXCLUSIVE')])).toBe('INPLACE reads-and-writes')
    expect(shown('mysql', [9, 7], [add(column('n1', 'int')), alter('ALGORITHM', 'INPLACE')])).toBe('INPLACE+')
    expect(shown('mariadb', [10, 11], [add(column('n1', 'int')), alter('ALGORITHM', 'INPLACE')])).toBe('INSTANT')
  })

  it('later clauses are judged in the schema before the statement', () => {
    const after = schemaWith()
    const state = after.tables.get('t')!
    const columns = state.columns.set('a', { ...state.columns.get('a')!, column: column('a', 'bigint') })
    const moved = { ...after, tables: after.tables.set('t', { ...state, columns }) }
    const before = schemaWith()
    const first = costOf('mysql', [8, 4], both, before)
    expect(first.algorithm).toBe('COPY')
    expect(costOf('mysql', [8, 4], [modify('a', column('a', 'bigint'))], moved).algorithm).toBe('INSTANT')
  })
})

describe('what ends the open transaction', () => {
  const commits = (clause: Clause, engine: 'mysql' | 'mariadb' = 'mysql') => costOf(engine, [8, 4], clause).commits
  const name = { name: 'x' }
  it('every DDL does', () => {
    expect(commits(add(column('n1', 'int')))).toBe(true)
    expect(commits({ kind: 'dropTable', table: name, ifExists: true, cascade: false })).toBe(true)
    expect(commits({ kind: 'truncate', tables: [name], cascade: false })).toBe(true)
    expect(commits({ kind: 'dropView', name, materialized: false, ifExists: false, cascade: false })).toBe(true)
    expect(commits({ kind: 'maintain', command: 'ANALYZE', tables: [name], full: false })).toBe(true)
    expect(commits({ kind: 'maintain', command: 'OPTIMIZE', tables: [name], full: false })).toBe(true)
    expect(commits({ kind: 'lockTable', tables: [name], mode: 'WRITE' })).toBe(true)
    expect(commits({ kind: 'transaction', action: 'begin' })).toBe(true)
    for (const command of ['GRANT', 'REVOKE', 'CREATE USER', 'FLUSH', 'SET PASSWORD', 'CREATE EVENT', 'ALTER DATABASE'])
      expect(commits({ kind: 'otherStatement', command, name: undefined })).toBe(true)
  })

  it('temporary tables, settings, rows and savepoints do not', () => {
    expect(commits({ kind: 'dropTable', table: name, ifExists: true, cascade: false, temporary: true })).toBe(false)
    expect(commits({ kind: 'setVariable', name: 'foreign_key_checks', value: '0', scope: 'session' })).toBe(false)
    expect(commits({ kind: 'setVariable', name: 'autocommit', value: '0', scope: 'session' })).toBe(false)
    expect(commits({ kind: 'setVariable', name: 'autocommit', value: '1', scope: 'session' })).toBe(true)
    expect(commits({ kind: 'transaction', action: 'savepoint' })).toBe(false)
    expect(commits({ kind: 'transaction', action: 'commit' })).toBe(false)
    for (const command of ['SHOW', 'UNLOCK TABLES', 'EXPLAIN', 'CREATE TEMPORARY TABLE', 'RESET PERSIST', 'LOAD DATA'])
      expect(commits({ kind: 'otherStatement', command, name: undefined })).toBe(false)
  })

  it('LOAD INDEX INTO CACHE does on MySQL and does not on MariaDB', () => {
    const clause: Clause = { kind: 'otherStatement', command: 'LOAD INDEX INTO CACHE', name: undefined }
    expect(commits(clause, 'mysql')).toBe(true)
    expect(commits(clause, 'mariadb')).toBe(false)
  })

  it('ADD FOREIGN KEY keeps the rows locked that the copied ones refer to', () => {
    const key = constraint('foreignKey', ['a'], { references: { table: { name: 'p' }, columns: ['id'] } })
    expect(costOf('mariadb', [10, 11], addConstraint(key)).others).toEqual([
      { table: { name: 'p' }, lock: 'ROW', blocks: 'writes', scans: true },
    ])
  })

  it('INSERT … SELECT locks the rows that it reads', () => {
    const query = {
      tables: [{ name: 's' }],
      columns: [],
      where: undefined,
      limited: false,
      locking: false,
      functions: [],
      aggregate: false,
      literals: [],
    }
    const cost = costOf('mysql', [8, 4], {
      kind: 'insert',
      table: name,
      columns: [],
      source: 'select',
      rows: undefined,
      query,
      onConflict: false,
      literals: [],
    })
    expect(cost.others).toEqual([{ table: { name: 's' }, lock: 'ROW', blocks: 'writes', scans: true }])
  })
})
