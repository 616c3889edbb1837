import { defineRule, findColumn, type Name, type Site, type Span, showName } from '../../src/rule/define.ts'

export default defineRule({
  id: 'charset-change',
  title: 'Character set or collation that not every value survives',
  severity: 'warning',
  profile: 'safety',
  profileBecause: 'One character that the new set lacks, or two values that become equal, fail the deployment, or are lost without a word.',
  since: '0.2.0',
  dialects: ['mysql', 'mariadb'],
  inDown: 'full',
  why: 'A character that the new character set lacks fails the change (error 1366), and outside strict mode becomes a question mark for good. A collation that tells less apart makes values equal that were not: under a unique key the change fails (error 1062) on the first pair. MODIFY without CHARACTER SET and COLLATE takes the table’s, and CONVERT TO makes TEXT columns MEDIUMTEXT where characters take more bytes.',
  instead:
    'Look for such values before you deploy: SELECT … WHERE column <> CONVERT(CONVERT(column USING new_set) USING old_set), and GROUP BY column COLLATE new_collation HAVING COUNT(*) > 1.',
  unless:
    'The new set holds every character of the old one (latin1 or utf8mb3 to utf8mb4), the table is new, or nothing is known of the old one.',
  sources: [
    'https://dev.mysql.com/doc/refman/8.4/en/charset-conversion.html',
    'https://dev.mysql.com/doc/refman/8.4/en/alter-table.html',
    'measured: MariaDB 10.11',
  ],
  covers: [91, 153, 218],
  equivalents: [
    'bytebase:column.disallow-set-charset',
    'bytebase:system.charset.allowlist',
    'bytebase:system.collation.allowlist',
    'skeema:charset',
  ],
  messages: {
    loses: {
      text: 'Characters of {columns} that {to} lacks make the change from {from} fail with error 1366; outside strict mode they become question marks.',
      severity: 'error',
    },
    collides: 'Values of {columns} that {from} tells apart and {to} does not break a unique key: the change then fails with error 1062.',
    widens: {
      text: 'CONVERT TO makes larger types of {columns} so that {to} has room: what declares TEXT differs from the database from here on.',
      severity: 'info',
      profile: 'strict',
      help: 'Change such columns with MODIFY, which keeps the type that it is given.',
    },
    legacy: {
      text: '{charset} holds no character beyond the basic plane: an emoji in {where} fails with error 1366.',
      profile: 'style',
      help: 'Take utf8mb4.',
    },
  },
  on: {
    alterTable({ table: name, action, value, span }, at) {
      if (action !== 'CONVERT TO CHARACTER SET') return
      const { state, fresh } = at.table(name)
      const charset = value?.split(' ')[0]
      if (charset !== undefined && isLegacy(charset)) at.report(span, 'legacy', { charset, where: showName(name) }, { evidence: 'derived' })
      if (state && !fresh)
        judge(
          name,
          [...state.columns].map(([, { column }]) => column.name),
          span,
          at,
        )
    },
    modifyColumn({ table, column, to, span }, at) {
      if (!at.table(table).fresh) judge(table, [column], span, at, to.name)
    },
    createTable({ table, columns, options, temporary, span }, at) {
      const charset = options.CHARSET ?? options.COLLATE?.split('_')[0]
      if (temporary || !at.says('legacy')) return
      const column = columns.find((one) => one.charset !== undefined && isLegacy(one.charset))
      if (charset !== undefined && isLegacy(charset))
        at.report(span, 'legacy', { charset, where: showName(table) }, { evidence: 'derived' })
      else if (column?.charset)
        at.report(
          column.span ?? span,
          'legacy',
          { charset: column.charset, where: `${showName(table)}.${column.name}` },
          { evidence: 'derived' },
        )
    },
    addColumn({ table, column, span }, at) {
      if (column.charset === undefined || !isLegacy(column.charset)) return
      at.report(span, 'legacy', { charset: column.charset, where: `${showName(table)}.${column.name}` }, { evidence: 'derived' })
    },
  },
  bad: [
    {
      on: 'mysql',
      says: 'loses',
      history: ['CREATE TABLE notes (id INT PRIMARY KEY, body TEXT) CHARSET=utf8mb4;'],
      sql: 'ALTER TABLE notes MODIFY body TEXT CHARACTER SET latin1;',
      also: ['type-change-rewrite'],
    },
    {
      on: 'mysql',
      says: 'collides',
      history: ['CREATE TABLE users (id INT PRIMARY KEY, login VARCHAR(50), UNIQUE (login)) CHARSET=utf8mb4 COLLATE=utf8mb4_bin;'],
      sql: 'ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;',
      also: ['table-copy'],
    },
    {
      on: 'mysql',
      says: 'widens',
      profile: 'strict',
      history: ['CREATE TABLE notes (id INT PRIMARY KEY, body TEXT) CHARSET=latin1;'],
      sql: 'ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4;',
      also: ['table-copy'],
    },
    { on: 'mysql', says: 'legacy', profile: 'style', sql: 'CREATE TABLE notes (id INT PRIMARY KEY, body TEXT) CHARSET=utf8;' },
  ],
  good: [
    {
      on: 'mysql',
      title: 'utf8mb4 holds what utf8mb3 holds',
      history: ['CREATE TABLE notes (id INT PRIMARY KEY, title VARCHAR(50) UNIQUE) CHARSET=utf8mb3;'],
      sql: 'ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4;',
      also: ['table-copy'],
    },
    {
      on: 'mysql',
      title: 'Stated again as it is',
      history: [
        'CREATE TABLE users (id INT PRIMARY KEY, login VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin UNIQUE) CHARSET=utf8mb4;',
      ],
      sql: 'ALTER TABLE users MODIFY login VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
    },
  ],
})

type Asks = Pick<Site, 'encodingChange' | 'table' | 'after' | 'sameColumn' | 'operation'> & {
  report(
    where: Span,
    message: 'loses' | 'collides' | 'widens',
    slots: { readonly columns: string; readonly from: string; readonly to: string },
    options: { readonly evidence: 'replayed' },
  ): void
}

function judge(table: Name, columns: readonly string[], span: Span, at: Asks, now?: string): void {
  const changes = columns.flatMap((column) => {
    const change = at.encodingChange(table, column, now)
    return change ? [{ ...change, column }] : []
  })
  const say = (message: 'loses' | 'collides' | 'widens', found: typeof changes) => {
    const [first] = found
    if (!first) return false
    const shown = found.slice(0, 3).map(({ column }) => `${showName(table)}.${column}`)
    const more = found.length > 3 ? ` and ${found.length - 3} more` : ''
    at.report(span, message, { columns: shown.join(', ') + more, from: first.from, to: first.to }, { evidence: 'replayed' })
    return true
  }
  const isKey = (column: string) =>
    at
      .table(table)
      .state?.indexes.some(({ unique, keys }) => unique && keys.some((key) => key.column && at.sameColumn(key.column, column))) ?? false
  const isText = (column: string) => /text$/.test(findColumn(at.after, table, now ?? column)?.column.type?.name ?? '')
  if (
    say(
      'loses',
      changes.filter(({ loses }) => loses),
    )
  )
    return
  if (
    say(
      'collides',
      changes.filter(({ coarser, column }) => coarser && isKey(column)),
    )
  )
    return
  if (at.operation.kind === 'alterTable')
    say(
      'widens',
      changes.filter(({ widens, column }) => widens && isText(column)),
    )
}

const isLegacy = (charset: string) => /^(?:utf8|utf8mb3|ucs2)$/i.test(charset)
