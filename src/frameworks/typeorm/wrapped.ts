import { exportsOf, prepare } from '../../javascript/interpret.ts'
import type { Host, Value } from '../../javascript/value.ts'
import { onceRead } from '../../project/once-read.ts'
import type { Project } from '../../project/project.ts'
import { packageOf } from '../package-of.ts'

/** Does a text put an `up` of its own in the place of a class's: `Object.assign(Migration.prototype, { async up(queryRunner) { … } })`? */
export const replacesUp = onceRead(
  (text) => text.includes('.prototype') && /\bup\b/.test(text) && /\.(?:call|apply|bind)\s*\(/.test(text) && !/\d{13}\s*\(/.test(text),
)

/** The files of a project that may do so: those that are named for migrations. */
export function wrapperFiles(project: Project, ignore: readonly string[]): readonly string[] {
  const named = project.glob(['**/*[mM]igrat*.{ts,js,mjs,cjs,mts,cts}'], ['**/*.d.ts', '**/*.{spec,test}.*', ...ignore])
  return named.filter((path) => {
    const read = project.read(path)
    return 'text' in read && replacesUp(read)
  })
}

/** The wrapper that stands in the same package as a folder of migrations. */
export function wrapperOf(project: Project, wrappers: ReadonlySet<string>, folder: string): string | undefined {
  if (wrappers.size === 0) return undefined
  const own = packageOf(project, folder)
  return [...wrappers].find((path) => packageOf(project, path) === own)
}

/** Lets the functions of a wrapper's file have a class before it is used, as the program does before it runs its migrations. */
export function wrap(migration: Value, file: string, project: Project, host: Host): void {
  const read = project.read(file)
  if (!('text' in read)) return
  for (const value of exportsOf(file, project, host).values.values()) {
    if (value.kind !== 'function' || value.span?.file !== file) continue
    if (read.text.slice(value.span.start, value.span.end).includes('.prototype')) prepare(value, [migration], project, host)
  }
}
