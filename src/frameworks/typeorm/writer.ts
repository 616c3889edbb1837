import { argumentsOf, around, callAround, isPlace, type Place, propertyOf } from '../../javascript/places.ts'
import type { Span } from '../../source/span.ts'
import { literalOf } from '../module-file.ts'
import { numberBehind, slug } from '../names-behind.ts'
import { awaited, commented, sentBefore, styleOf, textOf, withoutCall } from '../program-file.ts'
import { insertion, newlineOf, nothing } from '../sql-file.ts'
import type { Change, Following, Unwritable, Writer, WriterSite } from '../writer.ts'
import { notValid } from './not-valid.ts'
import { wayBack } from './way-back.ts'

function scriptOf({ migration, direction }: WriterSite) {
  return direction === 'down' && migration.down ? migration.down : migration.up
}

/** The class property `transaction`, which TypeORM honours in the modes `each` and `none`. */
function outsideTransaction(at: WriterSite): Change | Unwritable {
  const script = scriptOf(at)
  if (script.ambient === 'none') return nothing
  if (at.direction === 'down') return { because: 'TypeORM reverts in a transaction, whatever the class says' }
  const { transactionMode } = at.load.history.settings
  if ((at.load.runner.transaction ?? transactionMode) !== 'each')
    return { because: 'TypeORM runs all pending migrations in one transaction until migrationsTransactionMode is "each"' }
  const text = textOf(at, script.span.file)
  const body = around(text, script.span).find(({ type }) => type === 'ClassBody')
  const members = body && Array.isArray(body.body) ? body.body.filter(isPlace) : []
  const [first] = members
  if (!first) return { because: 'the class could not be read' }
  const style = styleOf(text)
  const named = members.find((member) => member.type === 'PropertyDefinition' && isPlace(member.key) && member.key.name === 'name')
  const anchor = named ?? first
  const indent = text.slice(text.lastIndexOf('\n', anchor.start - 1) + 1, anchor.start)
  const value = `transaction = false${/\.[cm]?ts$/.test(script.span.file) ? ' as const' : ''}${style.semicolon}`
  return named
    ? insertion(script.span.file, named.end, `${newlineOf(text)}${indent}${value}`)
    : insertion(script.span.file, first.start, `${value}${newlineOf(text)}${newlineOf(text)}${indent}`)
}

function receiverOf(text: string, call: Place): string | undefined {
  const { callee } = call
  return isPlace(callee) && isPlace(callee.object) && isPlace(callee.property)
    ? callee.property.name === 'query' || callee.object.type === 'Identifier'
      ? text.slice(callee.object.start, callee.object.end)
      : undefined
    : undefined
}

/** `new TableIndex({…})` or the object alone, that says one thing more. */
function indexSaying(text: string, span: Span, member: string): Change | Unwritable {
  const call = callAround(text, span)
  const given = call && argumentsOf(call)[1]
  const options = given?.type === 'NewExpression' ? argumentsOf(given)[0] : given
  const properties = options?.type === 'ObjectExpression' && Array.isArray(options.properties) ? options.properties.filter(isPlace) : []
  const last = properties.at(-1)
  if (!options || !last || propertyOf(options, 'isConcurrent')) return { because: 'the index is described elsewhere' }
  return insertion(span.file, last.end, `, ${member}`)
}

/** How migrations of TypeORM are changed. */
export const typeormWriter: Writer = {
  outsideTransaction,
  following,
  before(at, { span }, sql) {
    const text = textOf(at, span.file)
    return sentBefore(text, span, sql, (call) => {
      const receiver = receiverOf(text, call)
      return receiver === undefined ? { because: 'what the call is made on cannot run SQL' } : { open: `${receiver}.query(`, close: ')' }
    })
  },
  wayBack,
  without: (at, { span }) => withoutCall(textOf(at, span.file), span),
  saying(at, operation, wish) {
    const { kind, span } = operation
    if (wish === 'not-valid') return notValid(at, operation)
    if (wish === 'concurrently' && kind === 'createIndex') return indexSaying(textOf(at, span.file), span, 'isConcurrent: true')
    return { because: 'queryRunner cannot say it' }
  },
  awaited: (at, span) => awaited(textOf(at, span.file), span),
}

/** A class like the migration's own, in a file with a later time in its name. */
function following(at: WriterSite, { name, up, down, comments, inTransaction }: Following): Change | Unwritable {
  const { entry, load, project } = at
  const text = textOf(at, entry.path)
  const match = /^(.*\/)?(\d{8,})-[^/]*?(\.[cm]?[jt]s)$/.exec(entry.path)
  const className = entry.exportName ?? /\bclass\s+([\w$]+)/.exec(text)?.[1]
  if (!match || className === undefined) return { because: 'the name of the file does not say when the migration was written' }
  const [, folder = '', number, extension] = match as unknown as [string, string | undefined, string, string]
  const { dataSource } = load.history.settings
  const lists = [typeof dataSource === 'string' ? dataSource : undefined, `${folder}index${extension}`]
  if (lists.some((path) => path !== undefined && new RegExp(`\\b${className}\\b`).test(textOf(at, path))))
    return { because: 'the data source lists its migrations one by one' }
  const mode = load.runner.transaction ?? load.history.settings.transactionMode
  // In one transaction with the migration before it, it would do nothing that could not stand there.
  if (mode !== 'each' && mode !== 'none')
    return { because: 'TypeORM runs all pending migrations in one transaction until migrationsTransactionMode is "each"' }
  const taken = new Set(load.history.entries.flatMap(({ path }) => /(?:^|\/)(\d+)-[^/]*$/.exec(path)?.[1] ?? []))
  const next = numberBehind(number, taken)
  const words = slug(name, ' ').split(' ')
  const pascal = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
  const style = styleOf(text)
  const { semicolon: end, unit: step } = style
  const newline = newlineOf(text)
  const isTyped = extension.endsWith('ts')
  const common = /^\s*module\.exports\s*=/m.test(text)
  const { quote } = style
  const imports = isTyped ? [`import { MigrationInterface, QueryRunner } from ${quote}typeorm${quote}${end}`, ''] : []
  const head = `${common ? 'module.exports = ' : 'export '}class ${pascal}${next}${isTyped ? ' implements MigrationInterface' : ''} {`
  const send = (one: string) => `${step}${step}await queryRunner.query(${literalOf(one, style)})${end}`
  const method = (called: 'up' | 'down', sql: readonly string[]) => [
    `${step}${isTyped ? 'public ' : ''}async ${called}(queryRunner${isTyped ? ': QueryRunner): Promise<void>' : ')'} {`,
    ...commented(sql.map(send), comments?.[called], step + step),
    `${step}}`,
  ]
  const lines = [
    ...imports,
    head,
    ...(/^\s*name\s*=/m.test(text) ? [`${step}name = ${quote}${pascal}${next}${quote}${end}`] : []),
    ...(inTransaction || mode === 'none' ? [] : [`${step}transaction = false${isTyped ? ' as const' : ''}${end}`]),
    '',
    ...method('up', up),
    '',
    ...method('down', down),
    '}',
    '',
  ]
  const path = `${folder}${next}-${pascal}${extension}`
  return project.exists(path) ? { because: `${path} is there already` } : { edits: [], creates: [{ path, text: lines.join(newline) }] }
}
