import type { Project } from '../../project/project.ts'
import type { Declared, History } from '../framework.ts'
import { readSchemaFile } from './schema-file.ts'
import { settingsOf } from './settings.ts'

/** The tables and columns that the Prisma models of a history's schema files declare; undefined when there is no schema to read. */
export function declaredModels(project: Project, history: History): Declared | undefined {
  const texts = settingsOf(history).schemaFiles.flatMap((file) => {
    const read = project.read(file)
    return 'text' in read ? [{ file, text: read.text }] : []
  })
  if (texts.length === 0) return undefined
  const names = new Set(texts.flatMap(({ text }) => readSchemaFile(text).names))
  const tables = new Map<string, { columns: ReadonlySet<string> | undefined; file: string; model: string }>()
  for (const { file, text } of texts)
    for (const { name, table, columns } of readSchemaFile(text, names).models)
      tables.set(table, { columns: new Set(columns), file, model: name })
  return { tables }
}
