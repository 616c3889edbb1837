import type { Project } from '../project/project.ts'

/** What a `tsconfig.json` or `jsconfig.json` says of imports that are neither relative nor packages. */
interface Aliases {
  /** The folder from which bare paths are counted; undefined: they are packages. */
  readonly base: string | undefined
  /** Pattern to its places; both may hold one `*`. */
  readonly paths: readonly (readonly [string, readonly string[]])[]
}

const known = new WeakMap<Project, Map<string, Aliases | undefined>>()
const names = ['tsconfig.json', 'tsconfig.base.json', 'jsconfig.json'] as const

/** The places that a specifier may mean by the configurations in the folders above a file, the nearest first. */
export function aliasedPlaces(project: Project, from: string, specifier: string): readonly string[] {
  const places: string[] = []
  for (let folder = folderOf(from), turns = 0; turns < 20; turns++) {
    const aliases = aliasesIn(project, folder)
    for (const [pattern, targets] of aliases?.paths ?? []) {
      const rest = restOf(pattern, specifier)
      if (rest !== undefined) places.push(...targets.map((target) => target.replace('*', rest)))
    }
    if (aliases?.base !== undefined) places.push(joined(aliases.base, specifier))
    if (folder === '') break
    folder = folderOf(folder)
  }
  return places
}

function restOf(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === specifier ? '' : undefined
  const before = pattern.slice(0, star)
  const behind = pattern.slice(star + 1)
  const fits = specifier.length >= before.length + behind.length && specifier.startsWith(before) && specifier.endsWith(behind)
  return fits ? specifier.slice(before.length, specifier.length - behind.length) : undefined
}

function aliasesIn(project: Project, folder: string): Aliases | undefined {
  let ofProject = known.get(project)
  if (ofProject === undefined) {
    ofProject = new Map()
    known.set(project, ofProject)
  }
  if (!ofProject.has(folder)) ofProject.set(folder, readAliases(project, folder))
  return ofProject.get(folder)
}

function readAliases(project: Project, folder: string): Aliases | undefined {
  for (const name of names) {
    const path = joined(folder, name)
    if (!project.exists(path)) continue
    const file = project.read(path)
    const options = 'text' in file ? compilerOptions(file.text) : undefined
    const base = typeof options?.baseUrl === 'string' ? joined(folder, options.baseUrl) : undefined
    const paths = typeof options?.paths === 'object' && options.paths !== null ? Object.entries(options.paths) : []
    if (base === undefined && paths.length === 0) continue
    return {
      base,
      paths: paths.flatMap(([pattern, targets]) =>
        Array.isArray(targets)
          ? [[pattern, targets.filter((one) => typeof one === 'string').map((one) => joined(base ?? folder, one))]]
          : [],
      ),
    }
  }
  return undefined
}

/** The configuration is JSON with comments and commas behind the last member. */
function compilerOptions(text: string): { readonly baseUrl?: unknown; readonly paths?: unknown } | undefined {
  const plain = text
    .replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) => (match.startsWith('"') ? match : ''))
    .replace(/,(?=\s*[}\]])/g, '')
  try {
    const parsed: unknown = JSON.parse(plain)
    return typeof parsed === 'object' && parsed !== null && 'compilerOptions' in parsed
      ? (parsed.compilerOptions as { readonly baseUrl?: unknown } | undefined)
      : undefined
  } catch {
    return undefined
  }
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

function joined(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/')
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
