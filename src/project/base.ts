import { commitOf, git, gitOutput, mergeBase, splitNul } from './git.ts'
import { gitRefProject } from './git-ref.ts'
import type { Project } from './project.ts'

/** What a branch was made from, and what it did to it. Paths are relative to the root. */
export interface Base {
  readonly project: Project
  /** Files that both have, with other texts. */
  readonly edited: ReadonlySet<string>
  readonly added: ReadonlySet<string>
  readonly deleted: readonly string[]
}

/** The merge base of HEAD and `ref`, compared with the work tree and with files that git does not know yet. */
export function baseSince(root: string, ref: string): Base {
  const commit = mergeBase(root, ref)
  const untracked = splitNul(gitOutput(root, ['ls-files', '--others', '--exclude-standard', '-z']))
  return baseOf(root, commit, changesSince(root, [commit]), untracked)
}

/**
 * What the index does to the migrations of the main branch. A file that only this branch has may be edited at will: the base is where HEAD
 * left the remote's main branch; undefined where no such branch is known.
 */
export function baseOfStaged(root: string): Base | undefined {
  const main = ['origin/HEAD', 'origin/main', 'origin/master'].find(
    (ref) => 'output' in git(root, ['rev-parse', '--verify', '--quiet', ref]),
  )
  const answer = main === undefined ? undefined : git(root, ['merge-base', commitOf(root, main), 'HEAD'])
  if (!answer || !('output' in answer)) return undefined
  const commit = answer.output.toString('utf8').trim()
  const staged = new Set(changesSince(root, ['--cached', 'HEAD']).map(({ path }) => path))
  return baseOf(root, commit, changesSince(root, ['--cached', commit]), [], (path) => staged.has(path))
}

interface Change {
  readonly status: string
  readonly path: string
}

function changesSince(root: string, against: readonly string[]): readonly Change[] {
  const parts = splitNul(gitOutput(root, ['diff', '--name-status', '-z', '--relative', '--no-renames', ...against]))
  return parts.flatMap((status, i) => (i % 2 === 0 && parts[i + 1] !== undefined ? [{ status, path: parts[i + 1]! }] : []))
}

function baseOf(
  root: string,
  commit: string,
  changes: readonly Change[],
  untracked: readonly string[],
  meant: (path: string) => boolean = () => true,
): Base {
  const of = (...statuses: string[]) => changes.filter(({ status }) => statuses.includes(status)).map(({ path }) => path)
  let project: Project | undefined
  // Listing a commit takes a while; most branches only add migrations.
  const listed = () => (project ??= gitRefProject(root, commit))
  return {
    get project() {
      return listed()
    },
    edited: new Set(of('M', 'T', 'U').filter(meant)),
    added: new Set([...of('A'), ...untracked]),
    deleted: of('D').filter(meant),
  }
}
