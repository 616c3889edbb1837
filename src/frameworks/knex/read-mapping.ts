import { resolveModule } from '../../javascript/resolve.ts'
import type { Project } from '../../project/project.ts'
import { packageOf } from '../package-of.ts'
import type { NameMapping } from './name-mapping.ts'

/** What maps names, and the file that says so. */
export interface FoundMapping {
  readonly mapping: NameMapping
  readonly file: string
}

/** So many files a knexfile may be spread over. */
const mostFiles = 20

/** How a knexfile, or a module of the project that it imports, maps names on their way to the database; undefined: it does not. */
export function readMapping(project: Project, path: string): FoundMapping | undefined {
  const waiting = [path]
  for (const file of waiting) {
    const read = project.read(file)
    if (!('text' in read)) continue
    const text = withoutComments(read.text)
    const mapping = mappingIn(text)
    if (mapping) return mapping === 'none' ? undefined : { mapping, file }
    for (const { from } of importsOf(text)) {
      const target = from.startsWith('.') && waiting.length < mostFiles ? resolveModule(project, file, from) : undefined
      if (target !== undefined && /\.[cm]?[jt]s$/.test(target) && !waiting.includes(target)) waiting.push(target)
    }
  }
  return undefined
}

/** So many modules are looked into where no knexfile says how the connection is made. */
const mostModules = 3000

/**
 * How the modules of a package map names where they make the connection by themselves: no knexfile speaks of it, and the package depends on a
 * library that maps. Modules that differ make it `unknown`.
 */
export function mappingOfPackage(project: Project, directory: string): FoundMapping | undefined {
  if (!['objection', 'knex-stringcase'].some((name) => project.dependency(name, directory) !== undefined)) return undefined
  const top = packageOf(project, directory)
  const found: FoundMapping[] = []
  for (const file of project.glob([`${top === '' ? '' : `${top}/`}**/*.{js,cjs,mjs,ts,mts,cts}`], ['**/*.d.ts']).slice(0, mostModules)) {
    const read = project.read(file)
    if (!('text' in read) || !/knexSnakeCaseMappers|knexIdentifierMapp|wrapIdentifier|knex-stringcase/.test(read.text)) continue
    const mapping = mappingIn(withoutComments(read.text))
    if (mapping !== undefined && mapping !== 'none') found.push({ mapping, file })
  }
  const [first] = found
  if (first === undefined) return undefined
  const agree = found.every(({ mapping }) => JSON.stringify(mapping) === JSON.stringify(first.mapping))
  return agree ? first : { mapping: unknown, file: first.file }
}

export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/[^\n]*/g, '$1')
}

/** `none`: the text says that names stay as they are. */
function mappingIn(text: string): NameMapping | 'none' | undefined {
  const snake = /\bknexSnakeCaseMappers\s*\(([^()]{0,300})\)/.exec(text)
  if (snake) return objectionWith(snake[1]!)
  if (/\bknexIdentifierMapp(?:ing|ers)\s*\(/.test(text)) return unknown
  if (importsOf(text).some(({ from }) => from === 'knex-stringcase'))
    return /\b(?:stringcase|dbStringcase|ignoreStringcase|\w*[wW]rapIdentifier)['"]?\s*:/.test(text) ? unknown : stringcase
  const wrap = /\bwrapIdentifier\b['"]?\s*([:=(,}])/.exec(text)
  return wrap ? ownFunction(text, text.slice(wrap.index + wrap[0].length - (wrap[1] === '(' ? 1 : 0))) : undefined
}

const unknown: NameMapping = { by: 'unknown' }
const stringcase: NameMapping = { by: 'knex-stringcase', rows: 'camel case' }

/** `knexSnakeCaseMappers({ upperCase: true })`. */
function objectionWith(given: string): NameMapping {
  const options = given.trim().replace(/^\{|,?\s*\}$/g, '')
  const found: Record<string, boolean> = {}
  for (const option of options.split(',').map((one) => one.trim())) {
    if (option === '') continue
    const [, name, value] =
      /^['"]?(upperCase|underscoreBeforeDigits|underscoreBetweenUppercaseLetters)['"]?\s*:\s*(true|false)$/.exec(option) ?? []
    if (name === undefined) return unknown
    found[name] = value === 'true'
  }
  return { by: 'objection', rows: 'camel case', options: found }
}

/** `(value, origImpl) => origImpl(snakeCase(value))` and its like, from its parameters on. */
function ownFunction(text: string, rest: string): NameMapping | 'none' {
  const head = /^\s*(?:async\s+)?(?:function\b\s*\w*\s*)?\(\s*(\w+)\s*(?::\s*[\w|\s]+?)?\s*,\s*(\w+)\b/.exec(rest)
  if (!head) return unknown
  const [whole, value, original] = head as unknown as [string, string, string]
  const body = new RegExp(
    String.raw`^[^{};]{0,200}?(?:=>\s*\{?|\)[^{};]{0,60}\{)\s*(?:return\s+)?${original}\(\s*(?:([\w$.]+)\(\s*${value}\s*\)|${value})\s*,?\s*\)`,
  ).exec(rest.slice(whole.length))
  if (!body) return unknown
  return body[1] === undefined ? 'none' : (libraryOf(text, body[1]) ?? unknown)
}

const libraries: readonly (readonly [RegExp, NameMapping])[] = [
  [/^lodash(?:-es)?(?:[/.]snake[cC]ase(?:\.js)?|\/fp)?$/, { by: 'lodash', rows: 'as they are' }],
  [/^(?:change-case|snake-case)$/, { by: 'change-case', rows: 'as they are' }],
  [/^objection$/, { by: 'objection', rows: 'as they are', options: {} }],
]

/** The library whose `snakeCase` a name stands for: `_.snakeCase`, `snakeCase`, `snake` where it is imported so. */
function libraryOf(text: string, callee: string): NameMapping | undefined {
  const [first, member] = callee.split('.') as [string, string | undefined]
  const bound = importsOf(text)
    .flatMap(({ from, names }) => names.map((name) => ({ from, ...name })))
    .find(({ local }) => local === first)
  if (bound === undefined) return undefined
  const isOne = /[/.]snake[cC]ase(?:\.js)?$/.test(bound.from)
  const taken = member ?? bound.imported
  if (taken !== 'snakeCase' && !(isOne && taken === 'default')) return undefined
  return libraries.find(([name]) => name.test(bound.from))?.[1]
}

interface Imported {
  readonly from: string
  /** `default`: the module as a whole, or what it exports by default. */
  readonly names: readonly { readonly local: string; readonly imported: string }[]
}

/** `import a, { b as c } from 'm'`, `export * from 'm'`, `const { b: c } = require('m')`, `require('m')`. */
function importsOf(text: string): readonly Imported[] {
  const found: Imported[] = []
  for (const [, clause, from] of text.matchAll(/\b(?:im|ex)port\s+(?:type\s+)?([^'"();]{0,500}?)\s*\bfrom\s*['"]([^'"\n]{1,200})['"]/g))
    found.push({ from: from!, names: namesOf(clause!, /\s+as\s+/) })
  for (const [, clause, from, member] of text.matchAll(
    /(?:\b(?:const|let|var)\s+([\w$]+|\{[^{}]{0,500}\})\s*=\s*)?\brequire\(\s*['"]([^'"\n]{1,200})['"]\s*\)(?:\.(\w+))?/g,
  ))
    found.push({
      from: from!,
      names: namesOf(clause ?? '', /\s*:\s*/).map((name) =>
        member === undefined || member === 'default' ? name : { ...name, imported: member },
      ),
    })
  return found
}

/** The names of a clause; `renames` stands between the two names of one that gets another. */
function namesOf(clause: string, renames: RegExp): Imported['names'] {
  const [, outside = '', inside = ''] = /^([^{]*)(?:\{([^{}]*)\})?/.exec(clause) ?? []
  const whole = outside
    .split(',')
    .map((name) => name.replace(/^\s*\*\s*as\s+/, '').trim())
    .filter((name) => /^[\w$]+$/.test(name))
  const named = inside.split(',').flatMap((name) => {
    const [imported, local] = name.trim().split(renames)
    return imported ? [{ imported, local: local ?? imported }] : []
  })
  return [...whole.map((local) => ({ local, imported: 'default' })), ...named]
}
