import type { History } from '../framework.ts'

/** What discovery learned of a history and loading wants again. */
export interface PrismaSettings {
  /** The .prisma files that describe this database. */
  readonly schemaFiles: readonly string[]
  /** How `migrate deploy` of the project's version sends a file to PostgreSQL. */
  readonly sends: 'file' | 'statements'
  readonly sendsBecause: string
  /** No package.json says which version it is. */
  readonly sendsAssumed: boolean
}

export function settingsOf(history: History): PrismaSettings {
  const { schemaFiles, sends, sendsBecause, sendsAssumed } = history.settings as Partial<PrismaSettings>
  return {
    schemaFiles: schemaFiles ?? [],
    sends: sends ?? 'file',
    sendsBecause: sendsBecause ?? 'Prisma is taken to send a file as one query string',
    sendsAssumed: sendsAssumed ?? true,
  }
}
