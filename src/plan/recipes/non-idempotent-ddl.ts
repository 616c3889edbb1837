import type { Change } from '../../frameworks/writer.ts'
import type { OperationKind } from '../../ir/operation.ts'
import { edit, planOf, type Recipe, type RecipeSite } from '../plan.ts'
import { computed } from '../sql-text.ts'

/** Up to where the guard goes in what a person wrote, and which it is. */
const guards: Partial<Record<OperationKind, { readonly behind: RegExp; readonly guard: 'IF EXISTS' | 'IF NOT EXISTS' }>> = {
  createTable: { behind: /\bcreate\s+(?:(?:global|local|temp|temporary|unlogged)\s+)*table\b/i, guard: 'IF NOT EXISTS' },
  dropTable: { behind: /\bdrop\s+table\b/i, guard: 'IF EXISTS' },
  addColumn: { behind: /\badd(?:\s+column\b)?/i, guard: 'IF NOT EXISTS' },
  dropColumn: { behind: /\bdrop(?:\s+column\b)?/i, guard: 'IF EXISTS' },
  createIndex: { behind: /\bindex(?:\s+concurrently\b)?/i, guard: 'IF NOT EXISTS' },
  dropIndex: { behind: /\bdrop\s+index(?:\s+concurrently\b)?/i, guard: 'IF EXISTS' },
  dropConstraint: { behind: /\bdrop\s+constraint\b/i, guard: 'IF EXISTS' },
  createView: { behind: /\bview\b/i, guard: 'IF NOT EXISTS' },
  dropView: { behind: /\bview\b/i, guard: 'IF EXISTS' },
  createSchema: { behind: /\bcreate\s+schema\b/i, guard: 'IF NOT EXISTS' },
  dropSchema: { behind: /\bdrop\s+schema\b/i, guard: 'IF EXISTS' },
  createSequence: { behind: /\bsequence\b/i, guard: 'IF NOT EXISTS' },
  dropType: { behind: /\bdrop\s+(?:type|domain)\b/i, guard: 'IF EXISTS' },
}

/** Lets the step be run again: with its guard, or after what removes the rest of a build that failed. */
export const recipe: Recipe = (finding, site) => {
  const { moment, dialect, walk } = site
  if (!moment) return undefined
  const { operation, statement } = moment
  if (finding.messageId === 'invalidIndex') {
    const name =
      /\bindex\s+concurrently\s+(?:if\s+not\s+exists\s+)?("(?:[^"]|"")+"|[\w$]+)\s+on\s+(?:only\s+)?((?:"(?:[^"]|"")+"|[\w$]+)\s*\.)?/i.exec(
        statement.sql ?? '',
      )
    if (!name) return computed
    return planOf(
      `Drop what a failed build of ${name[1]} leaves`,
      'meaning',
      site.before(statement, [`DROP INDEX CONCURRENTLY IF EXISTS ${name[2] ?? ''}${name[1]}`], 'any'),
    )
  }
  if (dialect.name === 'sqlite' && walk.moments.some((other) => other.operation.kind === 'renameTable'))
    return { because: 'a rebuild can be run again only when a transaction holds it together' }
  const guarded = guards[operation.kind]
  if (!guarded) return undefined
  const change =
    statement.sql === undefined
      ? site.saying(operation, guarded.guard === 'IF EXISTS' ? 'if-exists' : 'if-not-exists')
      : guardIn(site, operation.span, guarded.behind, guarded.guard)
  return planOf(`Say ${guarded.guard}`, 'meaning', change)
}

function guardIn(site: RecipeSite, span: Parameters<typeof edit>[0], behind: RegExp, guard: string): Change | typeof computed {
  const found = behind.exec(site.text(span))
  if (!found) return computed
  const at = span.start + found.index + found[0].length
  return edit({ file: span.file, start: at, end: at }, ` ${guard}`)
}
