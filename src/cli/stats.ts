import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { UserError } from '../errors.ts'
import { measure } from '../stats/measure.ts'
import { showStatistics, statisticsFile } from '../stats/statistics.ts'
import { exits } from './exit.ts'

const usage = 'Pass the address of a database, such as surefoot stats "$DATABASE_URL", or the path of an SQLite file.'

/** `surefoot stats <url> [--out file] [--cwd folder]`: writes how large the tables are. Throws UserError for the user's mistakes. */
export async function statsCommand(args: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  const { url, out, cwd } = read(args)
  const root = resolve(cwd ?? '.')
  const statistics = await measure(url, root, new Date().toISOString().slice(0, 10))
  const file = resolve(root, out ?? statisticsFile)
  try {
    writeFileSync(file, showStatistics(statistics))
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${error instanceof Error ? error.message : error}`)
  }
  const count = Object.keys(statistics.tables).length
  return { out: `${out ?? statisticsFile}: ${count === 1 ? '1 table' : `${count} tables`}. surefoot check reads it.\n`, code: exits.clean }
}

function read(args: readonly string[]): { readonly url: string; readonly out: string | undefined; readonly cwd: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { out: { type: 'string' }, cwd: { type: 'string' } },
      allowPositionals: true,
    })
    const [url, ...more] = positionals
    if (url === undefined || url === '' || more.length > 0) throw new UserError(usage)
    return { url, out: values.out, cwd: values.cwd }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${error instanceof Error ? error.message.split('.')[0] : error}. ${usage}`)
  }
}
