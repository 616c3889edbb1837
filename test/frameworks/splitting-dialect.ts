import type { Dialect, ParsedStatement } from '../../src/dialects/dialect.ts'
import type { History, LoadOptions } from '../../src/frameworks/framework.ts'
import type { Migration, Script } from '../../src/ir/migration.ts'
import type { DialectName } from '../../src/ir/names.ts'
import { containsHole, locate, type Traced } from '../../src/source/traced.ts'

/** A dialect that only cuts at semicolons, to see what text a framework hands to its reader. */
function splittingDialect(name: DialectName): Dialect {
  const parse = (sql: Traced): readonly ParsedStatement[] => {
    const statements: ParsedStatement[] = []
    for (const match of sql.text.matchAll(/[^;]+/g)) {
      const body = match[0].replace(/--[^\n]*/g, (comment) => ' '.repeat(comment.length))
      const lead = body.length - body.trimStart().length
      const text = body.trim()
      if (text === '') continue
      const start = match.index + lead
      const end = start + text.length
      const span = locate(sql, start, end)!
      const action = /^(begin|commit|rollback)$/i.exec(text)?.[1]?.toLowerCase() as 'begin' | 'commit' | 'rollback' | undefined
      const operations = action ? [{ kind: 'transaction' as const, action, span }] : []
      statements.push({ sql: sql.text.slice(start, end), span, operations: operations as ParsedStatement['operations'], start, end })
    }
    return statements
  }
  return { name, latest: [18], parse } as unknown as Dialect
}

export function loadOptions(history: History, runner: LoadOptions['runner'] = {}): LoadOptions {
  return { dialect: splittingDialect(history.dialect ?? 'postgres'), version: [18], runner, history }
}

/** A script as short lines: the statement's text, its batch after @ and its segment after #. */
export function shown(script: Script | undefined): readonly string[] | undefined {
  return script?.statements.map(
    ({ sql, batch, segment }) =>
      `${sql?.replace(/\s+/g, ' ')}${batch === undefined ? '' : ` @${batch}`}${segment === undefined ? '' : ` #${segment}`}`,
  )
}

/** Does each statement's span cover its very text in the file? Those with holes have another text. */
export function spansAreTrue(migration: Migration, read: (path: string) => string): boolean {
  return [migration.up, migration.down].every((script) =>
    (script?.statements ?? []).every(
      ({ sql, span }) => sql === undefined || containsHole(sql) || read(span.file).slice(span.start, span.end) === sql,
    ),
  )
}
