import type { Statement } from '../../ir/migration.ts'
import * as file from '../sql-file.ts'
import type { Writer, WriterSite } from '../writer.ts'

function textOf({ project }: WriterSite, path: string): string {
  const result = project.read(path)
  return 'text' in result ? result.text : ''
}

/** How Drizzle's files are changed in place. What needs a file of its own is drizzle-kit's: it keeps a journal, or a snapshot beside each. */
export const drizzleWriter: Writer = {
  outsideTransaction: ({ migration }) =>
    migration.up.ambient === 'none' ? file.nothing : { because: "Drizzle's migrator runs all pending files in one transaction" },
  following: () => ({ because: 'drizzle-kit writes its journal, or a snapshot beside each migration, itself' }),
  before: (at, statement: Statement, sql) => file.before(textOf(at, statement.span.file), at.migration.up, statement, sql),
  without: (at, statement) => file.without(textOf(at, statement.span.file), at.migration.up, statement),
}
