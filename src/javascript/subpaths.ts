import type { Project } from '../project/project.ts'

/** `imports` of a package.json: pattern to the places that it names, in the order in which they stand; both may hold one `*`. */
type Subpaths = readonly (readonly [pattern: string, targets: readonly string[]])[]

const known = new WeakMap<Project, Map<string, Subpaths>>()

/**
 * The places that a specifier such as `#utils/db` may mean: what the nearest package.json says under `imports`, whatever the condition, the most
 * particular pattern first. https://nodejs.org/api/packages.html#subpath-imports
 */
export function subpathPlaces(project: Project, from: string, specifier: string): readonly string[] {
  if (!specifier.startsWith('#')) return []
  const folder = packageFolder(project, from)
  if (folder === undefined) return []
  return subpathsIn(project, folder).flatMap(([pattern, targets]) => {
    const [before = '', behind] = pattern.split('*', 2)
    if (behind === undefined) return pattern === specifier ? targets : []
    const fits = specifier.length > before.length + behind.length && specifier.startsWith(before) && specifier.endsWith(behind)
    const rest = fits ? specifier.slice(before.length, specifier.length - behind.length) : undefined
    return rest === undefined ? [] : targets.map((target) => target.replaceAll('*', () => rest))
  })
}

function packageFolder(project: Project, from: string): string | undefined {
  const parts = from.split('/').slice(0, -1)
  for (; ; parts.pop()) {
    if (project.exists([...parts, 'package.json'].join('/'))) return parts.join('/')
    if (parts.length === 0) return undefined
  }
}

function subpathsIn(project: Project, folder: string): Subpaths {
  let ofProject = known.get(project)
  if (ofProject === undefined) {
    ofProject = new Map()
    known.set(project, ofProject)
  }
  let found = ofProject.get(folder)
  if (found === undefined) {
    found = readSubpaths(project, folder)
    ofProject.set(folder, found)
  }
  return found
}

function readSubpaths(project: Project, folder: string): Subpaths {
  const at = folder === '' ? '' : `${folder}/`
  const file = project.read(`${at}package.json`)
  if (!('text' in file)) return []
  try {
    const parsed: unknown = JSON.parse(file.text)
    const imports = typeof parsed === 'object' && parsed !== null && 'imports' in parsed ? parsed.imports : undefined
    if (typeof imports !== 'object' || imports === null) return []
    const prefix = (pattern: string) => pattern.indexOf('*') >>> 0
    return Object.entries(imports)
      .map(([pattern, target]): Subpaths[number] => [pattern, targetsOf(target).map((one) => at + one.slice(2))])
      .sort(([a], [b]) => (prefix(a) === prefix(b) ? 0 : prefix(a) > prefix(b) ? -1 : 1))
  } catch {
    return []
  }
}

/** The files of the package that a target names: a path, a list of targets, or one for each condition. */
function targetsOf(target: unknown, depth = 0): readonly string[] {
  if (typeof target === 'string') return target.startsWith('./') ? [target] : []
  if (typeof target !== 'object' || target === null || depth > 5) return []
  return Object.values(target).flatMap((one) => targetsOf(one, depth + 1))
}
