import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A file that `init` would make or add to. Nothing that exists is changed but by lines at its end. */
export interface Change {
  /** Relative to the project's root. */
  readonly path: string
  /** `add`: these lines go to the end of a file that is there. */
  readonly how: 'create' | 'add'
  readonly text: string
  readonly executable?: boolean
}

/** Something that a person has to do, because the file is not one that lines can be added to. */
export interface Advice {
  readonly path: string
  readonly text: string
}

export function textOf(root: string, path: string): string | undefined {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined
}

/** Makes a change. */
export function write(root: string, { path, how, text, executable }: Change): void {
  const target = join(root, path)
  mkdirSync(dirname(target), { recursive: true })
  const there = how === 'add' ? readFileSync(target, 'utf8') : ''
  writeFileSync(target, there === '' || there.endsWith('\n') ? there + text : `${there}\n${text}`)
  if (executable) chmodSync(target, 0o755)
}
