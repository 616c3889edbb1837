import type { Style } from '../module-file.ts'
import { numberBehind, slug } from '../names-behind.ts'
import { commented, styleOf, textOf } from '../program-file.ts'
import { newlineOf } from '../sql-file.ts'
import type { Change, Following, Unwritable, WriterSite } from '../writer.ts'
import { rawCall } from './chains.ts'

/** How a module exports what it is asked for. */
type Form = 'module' | 'exports' | 'object'

function formOf(text: string): Form | undefined {
  if (/^export\s+(?:async\s+function|function|const)\s+up\b/m.test(text)) return 'module'
  if (/^exports\.up\s*=/m.test(text)) return 'exports'
  return /^module\.exports\s*=\s*\{/m.test(text) ? 'object' : undefined
}

/** The statement that keeps the runner from opening a transaction; undefined: the module has no place for a statement. */
export function optOut(text: string, { semicolon }: Style): string | undefined {
  const form = formOf(text)
  if (form === undefined || form === 'object') return undefined
  return `${form === 'module' ? 'export const' : 'exports.'}${form === 'module' ? ' ' : ''}config = { transaction: false }${semicolon}`
}

/**
 * A module like the migration's own, with a later number in its name. It is run outside of a transaction where the runner holds all that is pending in one: what
 * it is to wait for has to be committed.
 */
export function following(at: WriterSite, content: Following): Change | Unwritable {
  const { entry, project, load, migration } = at
  const { name, inTransaction } = content
  const text = textOf(at, entry.path)
  const match = /^(.*\/)?(\d+)([-_.])[^/]*?(\.[cm]?[jt]s)$/.exec(entry.path)
  const form = formOf(text)
  if (!match || form === undefined)
    return { because: 'Surefoot writes new Knex migrations only beside those that export up and have a number in their name' }
  const [, folder = '', number, separator, extension] = match as unknown as [string, string | undefined, string, string, string]
  const taken = new Set(load.history.entries.flatMap(({ path }) => /(?:^|\/)(\d+)[^/]*$/.exec(path)?.[1] ?? []))
  const path = `${folder}${numberBehind(number, taken)}${separator}${slug(name, separator === '-' ? '-' : '_')}${extension}`
  if (project.exists(path)) return { because: `${path} is there already` }
  const style = styleOf(text)
  const alone = !inTransaction || migration.up.ambient === 'all-pending'
  const lines = moduleLines(text, form, content, alone && migration.up.ambient !== 'none', style, /ts$/.test(extension))
  return { edits: [], creates: [{ path, text: lines.join(newlineOf(text)) }] }
}

function moduleLines(
  text: string,
  form: Form,
  { up, down, comments }: Following,
  optsOut: boolean,
  style: Style,
  isTyped: boolean,
): readonly string[] {
  const { semicolon: end, unit } = style
  const calls = (called: 'up' | 'down', sql: readonly string[], indent: string) =>
    commented(
      sql.map((one) => `${indent}await knex.${rawCall(one, style)}${end}`),
      comments?.[called],
      indent,
    )
  const strict = /^['"]use strict['"]/.test(text) ? [`${style.quote}use strict${style.quote}${end}`, ''] : []
  if (form === 'object') {
    const member = (called: 'up' | 'down', sql: readonly string[]) =>
      sql.length === 0
        ? [`${unit}async ${called}() {},`]
        : [`${unit}async ${called}(knex) {`, ...calls(called, sql, unit + unit), `${unit}},`]
    const config = optsOut ? [`${unit}config: { transaction: false },`, ''] : []
    return [...strict, 'module.exports = {', ...config, ...member('up', up), '', ...member('down', down), `}${end}`, '']
  }
  const imports = isTyped ? (/^import[^\n]*['"]knex['"];?$/m.exec(text)?.slice(0, 1) ?? []) : []
  const typed = isTyped ? (/\bKnex\b/.test(imports[0] ?? '') ? ': Knex' : ': any') : ''
  const head = (called: string, parameter: string) =>
    form === 'module'
      ? `export async function ${called}(${parameter})${isTyped ? ': Promise<void>' : ''} {`
      : `exports.${called} = async (${parameter}) => {`
  const close = form === 'module' ? '}' : `}${end}`
  const exported = (called: 'up' | 'down', sql: readonly string[]) =>
    sql.length === 0 ? [`${head(called, '')}${close}`] : [head(called, `knex${typed}`), ...calls(called, sql, unit), close]
  const config = optsOut ? ['', optOut(text, style)!] : []
  return [...strict, ...imports, ...(imports.length > 0 ? [''] : []), ...exported('up', up), '', ...exported('down', down), ...config, '']
}
