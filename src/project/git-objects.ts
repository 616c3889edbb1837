import { decode, maxBytes, tooLarge } from './decode.ts'
import { dependencyAbove } from './disk.ts'
import { git } from './git.ts'
import { listedProject } from './listed.ts'
import type { Project, ReadResult } from './project.ts'

/** A file of a git tree or index. */
export interface GitFile {
  readonly mode: string
  readonly object: string
  /** Set when the file cannot be read as it stands: it has conflicts. */
  readonly error?: string
}

/** How many bytes of blobs one call of `git cat-file` may give. */
const batchBytes = 128 * 1024 * 1024

/**
 * A project whose texts are git's blobs. Blobs are fetched in batches: the files of a glob are likely to be read, so that the first read
 * brings them all.
 */
export function gitObjectsProject(root: string, files: ReadonlyMap<string, GitFile>): Project {
  const texts = new Map<string, ReadResult>()
  let expected: string[] = []

  function fetch(paths: readonly string[]): void {
    const wanted = paths.filter((path) => !texts.has(path))
    const sizes = sizesOf(root, [...new Set(wanted.map((path) => files.get(path)!.object))])
    let batch: string[] = []
    let bytes = 0
    const flush = () => {
      if (batch.length > 0) for (const [path, text] of blobs(batch)) texts.set(path, text)
      batch = []
      bytes = 0
    }
    for (const path of wanted) {
      const size = sizes.get(files.get(path)!.object)
      if (size === undefined)
        texts.set(path, { error: `${path} cannot be read: git has no blob ${files.get(path)!.object}.`, because: 'unreadable' })
      else if (size > maxBytes) texts.set(path, tooLarge(path, size))
      else {
        if (bytes + size > batchBytes) flush()
        batch.push(path)
        bytes += size
      }
    }
    flush()
  }

  function blobs(paths: readonly string[]): ReadonlyMap<string, ReadResult> {
    const found = new Map<string, ReadResult>()
    const answer = git(root, ['cat-file', '--batch'], paths.map((path) => `${files.get(path)!.object}\n`).join(''))
    let at = 0
    for (const path of paths) {
      if (!('output' in answer)) {
        found.set(path, { error: `${path} cannot be read from git: ${answer.failure.message}`, because: 'unreadable' })
        continue
      }
      const lineEnd = answer.output.indexOf(10, at)
      const size = Number(answer.output.toString('latin1', at, lineEnd).split(' ')[2])
      found.set(path, decode(answer.output.subarray(lineEnd + 1, lineEnd + 1 + size), path))
      at = lineEnd + 1 + size + 1
    }
    return found
  }

  function read(path: string, links = 0): ReadResult {
    const file = files.get(path)
    if (!file) return { error: `${path} does not exist.`, because: 'missing' }
    if (file.error !== undefined) return { error: file.error, because: 'unreadable' }
    if (!texts.has(path)) {
      fetch([...new Set([path, ...expected])].filter((other) => files.get(other)?.error === undefined))
      expected = []
    }
    const result = texts.get(path) ?? { error: `${path} cannot be read from git.`, because: 'unreadable' as const }
    if (file.mode !== '120000' || !('text' in result)) return result
    if (links > 8) return { error: `${path} is a symbolic link that leads to itself.`, because: 'unreadable' }
    return read(linkTarget(path, result.text), links + 1)
  }

  return listedProject({
    root,
    names: [...files.keys()],
    read: (path) => read(path),
    expect: (paths) => {
      expected.push(...paths)
    },
    dependency: (name) => dependencyAbove(root, name),
  })
}

/** The path that a link in the tree leads to. */
function linkTarget(path: string, target: string): string {
  const kept = path.split('/').slice(0, -1)
  for (const segment of target.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return kept.join('/')
}

function sizesOf(root: string, objects: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  if (objects.length === 0) return sizes
  const answer = git(root, ['cat-file', '--batch-check'], objects.map((object) => `${object}\n`).join(''))
  if (!('output' in answer)) return sizes
  for (const line of answer.output.toString('latin1').split('\n')) {
    const [object, type, size] = line.split(' ')
    if (object !== undefined && type === 'blob') sizes.set(object, Number(size))
  }
  return sizes
}
