import type { DialectName } from '../../ir/names.ts'
import { type DeclaredCall, declarationsOf, type Written } from '../../javascript/declarations.ts'
import type { Project } from '../../project/project.ts'
import type { Declared, History } from '../framework.ts'
import { isOfDatabaseOf } from '../package-of.ts'
import { configTexts } from './config.ts'

const families: Readonly<Record<DialectName, string>> = { postgres: 'pg', mysql: 'mysql', mariadb: 'mysql', sqlite: 'sqlite' }
const source = '**/*.{ts,js,mts,cts,mjs,cjs}'
const passedOver = ['**/*.d.ts', '**/*.{spec,test}.*', '**/{dist,build,coverage,test,tests,__tests__}/**']
const mostFiles = 20_000
/** `casing: 'snake_case'`; without the word: `casing` by itself, or a name. */
const casing = /\bcasing['"]?\s*(?::\s*(?:['"`](\w+)['"`])?|[,}])/g

type Tables = Map<string, { readonly columns: Set<string>; readonly file: string; readonly model: string }>

/** A file that speaks of tables of this engine. */
interface Source {
  readonly file: string
  readonly text: string
}

/**
 * The tables and columns that the project's Drizzle schema declares for the engine of a history: `pgTable('users', { … })` and its like, within
 * `pgSchema` and through `pgTableCreator` too. A column that stands behind a spread is not among them. undefined: none is declared.
 */
export function declaredTables(project: Project, history: History): Declared | undefined {
  if (history.dialect === undefined) return undefined
  const family = families[history.dialect]
  const [table, schema, creator] = [`${family}Table`, `${family}Schema`, `${family}TableCreator`]
  const isOwn = isOfDatabaseOf(project, history.directory)
  const files = project
    .glob([source], passedOver)
    .slice(0, mostFiles)
    .filter((file) => isOwn(file) && !file.startsWith(`${history.directory}/`))
  const sources = files.flatMap((file): Source[] => {
    const read = project.read(file)
    return 'text' in read ? [{ file, text: read.text }] : []
  })
  const makers = sources.filter(({ text }) => text.includes(schema) || text.includes(creator))
  const made = makers.flatMap(({ file, text }) => declarationsOf(file, text, new Set([schema, creator]))?.calls ?? [])
  const schemas = new Map(made.flatMap((call) => (call.method === schema ? named(call, textOf(call.args[0])) : [])))
  const creators = new Map(made.flatMap((call) => (call.method === creator ? named(call, affixesOf(call.args[0])) : [])))
  const methods = new Set([table, ...creators.keys(), ...(schemas.size > 0 ? ['table'] : [])])
  const settled = [...configTexts(project, history.directory), ...sources.filter(({ text }) => text.includes('drizzle'))]
  const naming = namingOf(settled.map(({ text }) => text))
  const tables: Tables = new Map()
  for (const { file, text } of sources) {
    if (![table, ...creators.keys(), ...schemas.keys()].some((name) => text.includes(name))) continue
    for (const call of declarationsOf(file, text, methods)?.calls ?? []) {
      const within = call.method === 'table' ? schemas.get(call.receiver) : undefined
      if (call.method === 'table' && within === undefined) continue
      const name = textOf(call.args[0])
      if (name === undefined) continue
      const { before, after } = creators.get(call.method) ?? { before: '', after: '' }
      const whole = `${within === undefined ? '' : `${within}.`}${before}${name}${after}`
      const known = tables.get(whole) ?? { columns: new Set<string>(), file, model: call.assignedTo ?? name }
      for (const column of columnsOf(call.args[1], naming)) known.columns.add(column)
      tables.set(whole, known)
    }
  }
  return tables.size === 0 ? undefined : { tables }
}

function named<T>({ assignedTo }: DeclaredCall, value: T | undefined): readonly (readonly [string, T])[] {
  return assignedTo === undefined || value === undefined ? [] : [[assignedTo, value]]
}

function textOf(value: Written | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined
}

/** What a table creator, `(name) => `app_${name}``, puts around the name of every table. */
function affixesOf(value: Written | undefined): { readonly before: string; readonly after: string } | undefined {
  const result = value?.kind === 'function' ? value.result : undefined
  if (result?.kind === 'name') return { before: '', after: '' }
  if (result?.kind !== 'template' || result.texts.length !== 2) return undefined
  return { before: result.texts[0]!, after: result.texts[1]! }
}

/** The columns of `{ id: serial('id').primaryKey() }`, or of a function that gives it. */
function columnsOf(value: Written | undefined, naming: (key: string) => string | undefined): readonly string[] {
  const given = value?.kind === 'function' ? value.result : value
  if (given?.kind !== 'object') return []
  return [...given.members].flatMap(([key, column]) => {
    let first = column
    while (first.kind === 'call' && first.on) first = first.on
    const name = first.kind === 'call' ? (textOf(first.args[0]) ?? naming(key)) : undefined
    return name ?? []
  })
}

/**
 * What Drizzle calls a column that is given no name of its own: its key, or what the `casing` of the configuration and of the connection
 * makes of it. undefined: where that is not said in plain words.
 */
function namingOf(texts: readonly string[]): (key: string) => string | undefined {
  const said = new Set(texts.flatMap((text) => [...text.matchAll(casing)].map(([, word]) => word)))
  const [only] = said
  return (key) => {
    const snake = wordsOf(key).join('_')
    if (said.size === 0 || snake === key) return key
    return said.size === 1 && only === 'snake_case' ? snake : undefined
  }
}

/** The words of a name, as drizzle-orm/casing.js takes them apart. */
function wordsOf(key: string): readonly string[] {
  const words = key.replaceAll(/['\u2019]/g, '').match(/[\da-z]+|[A-Z]+(?![a-z])|[A-Z][\da-z]+/g) ?? []
  return words.map((word) => word.toLowerCase())
}
