import type { Entry } from '../frameworks/framework.ts'

/** The files that a migration is made of. */
export function filesOf({ path, downPath, reads = [] }: Entry): readonly string[] {
  return [path, ...(downPath === undefined ? [] : [downPath]), ...reads]
}

/** Names a migration of a project. */
export function keyOf(entry: Entry): string {
  return `${entry.path}#${entry.exportName ?? ''}`
}
