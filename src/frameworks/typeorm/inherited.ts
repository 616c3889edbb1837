import { resolveModule } from '../../javascript/resolve.ts'
import type { Project } from '../../project/project.ts'

/** The `up` of a migration in the text of its class. */
export const upMethod =
  /(?:^|[\s;{}])(?:public\s+|override\s+)*(?:async\s+)?up\s*\(|\bup\s*[:=]\s*(?:async\b|function\b|\()|\.prototype\.up\s*=|\bkey:\s*['"]up['"]/

export const mentions = /\bqueryRunner\b|\bQueryRunner\b|\bMigrationInterface\b/

const parent = /^\s*(?:abstract\s+)?class\b[^{]{0,300}?\bextends\s+([\w$.]{1,100})/
const imports =
  /\b(?:import|export)\s+(?:type\s+)?([\w$*\s{},]{1,2000}?)\s+from\s{0,9}['"]([^'"\n]{1,300})['"]|\b(?:const|let|var)\s+([\w$\s{},:]{1,2000}?)\s*=\s*require\s*\(\s*['"]([^'"\n]{1,300})['"]/g
const deepest = 6

/** Has a class an `up` from a class above it? `unknown`: that class is not of the project, or its `up` may be another tool's. `body` starts with the word `class`. */
export function inheritsUp(project: Project, path: string, text: string, body: string): boolean | 'unknown' {
  const name = parent.exec(body)?.[1]?.split('.').at(-1)
  return name === undefined ? false : definesUp(project, path, text, name, 0)
}

/** Does a class, or what a function of this name gives, have an `up`, as far as the words of the project's files tell? */
function definesUp(project: Project, path: string, text: string, name: string, depth: number): boolean | 'unknown' {
  if (depth > deepest) return 'unknown'
  const escaped = name.replaceAll('$', '\\$')
  const start = text.search(new RegExp(`\\b(?:abstract\\s+)?(?:class|function|const|let|var)\\s+${escaped}(?![\\w$])(?!\\s*=\\s*require)`))
  if (start >= 0) {
    const rest = text.slice(start)
    const next = rest.slice(1).search(/^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s/m)
    const own = next < 0 ? rest : rest.slice(0, next + 1)
    if (upMethod.test(own)) return mentions.test(text) ? true : 'unknown'
    const above = parent.exec(own)?.[1]?.split('.').at(-1)
    return above === undefined || above === name ? false : definesUp(project, path, text, above, depth + 1)
  }
  let answer: boolean | 'unknown' = false
  for (const [, named, from, required, module] of text.matchAll(imports)) {
    const clause = named ?? required ?? ''
    const all = clause.includes('*')
    if (!all && !new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).test(clause)) continue
    const target = resolveModule(project, path, (from ?? module)!)
    const file = target === undefined ? undefined : project.read(target)
    const original = new RegExp(`([\\w$]+)\\s+as\\s+${escaped}(?![\\w$])|([\\w$]+)\\s*:\\s*${escaped}(?![\\w$])`).exec(clause)
    const found =
      target !== undefined && file && 'text' in file
        ? definesUp(project, target, file.text, original?.[1] ?? original?.[2] ?? name, depth + 1)
        : 'unknown'
    if (found === true) return true
    if (found === 'unknown') answer = 'unknown'
  }
  return answer
}
