import { numberBehind, slug } from '../names-behind.ts'
import * as file from '../sql-file.ts'
import type { Change, Following, Unwritable, Writer, WriterSite } from '../writer.ts'

function textOf({ project, entry }: WriterSite): string {
  const result = project.read(entry.path)
  return 'text' in result ? result.text : ''
}

/** How migrations of Prisma are changed. It opens no transaction, and sends the file as it stands. */
export const prismaWriter: Writer = {
  outsideTransaction: ({ migration }) =>
    migration.up.ambient === 'none' ? file.nothing : { because: 'the configuration says that a transaction is opened around it' },
  following,
  before: (at, statement, sql) => file.before(textOf(at), at.migration.up, statement, sql),
  without: (at, statement) => file.without(textOf(at), at.migration.up, statement),
}

function following({ entry, load }: WriterSite, { name, up, inTransaction }: Following): Change | Unwritable {
  const match = /^(.*\/)?(\d+)_[^/]*\/migration\.sql$/.exec(entry.path)
  if (!match) return { because: 'the name of the folder does not say when the migration was written' }
  if (!inTransaction && up.length > 1) return { because: 'Prisma sends a file as one query string' }
  const taken = new Set(load.history.entries.flatMap(({ id }) => /^\d+/.exec(id)?.[0] ?? []))
  const path = `${match[1] ?? ''}${numberBehind(match[2]!, taken)}_${slug(name, '_')}/migration.sql`
  return { edits: [], creates: [{ path, text: file.fileOf(up) }] }
}
