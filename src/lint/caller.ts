import type { Migration } from '../ir/migration.ts'
import type { Moment } from '../rule/site.ts'
import { encloses, type Span } from '../source/span.ts'
import type { Judged } from './judged.ts'

/**
 * Where a finding stands in code that several migrations may call, the one that did, as what is related to it, at the call where that is known.
 * `path`: the file of the migration. `moments`: its steps; `where`: the operation that the finding is about, or a place.
 */
export function callerOf(
  { id, up, down }: Migration,
  path: string | undefined,
  moments: readonly Moment[],
  where: object,
  span: Span,
): Judged['related'] {
  if (path === undefined || path === span.file || !isScript.test(path) || !isScript.test(span.file)) return []
  // A file of which nothing is run, such as the configuration, is not called.
  const isRun = [up, down].some((script) => script?.statements.some((statement) => statement.span.file === span.file))
  if (!isRun) return []
  const own = moments.find(({ operation }) => operation === where) ?? moments.find(({ statement }) => encloses(statement.span, span))
  const call = own?.operation.context?.calledAt
  return [{ message: `called by ${id}`, span: call?.file === path ? call : { file: path, start: 0, end: 0 } }]
}

const isScript = /\.[cm]?[jt]sx?$/
