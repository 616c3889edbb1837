import { commitOf, gitOutput, splitNul } from './git.ts'
import { type GitFile, gitObjectsProject } from './git-objects.ts'
import type { Project } from './project.ts'

/** The files below `root` as they are at a commit, branch or tag. A UserError when git does not know it. */
export function gitRefProject(root: string, ref: string): Project {
  const commit = commitOf(root, ref)
  const files = new Map<string, GitFile>()
  for (const line of splitNul(gitOutput(root, ['ls-tree', '-r', '-z', commit]))) {
    const match = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]+)$/.exec(line)
    if (match?.[2] === 'blob') files.set(match[4]!, { mode: match[1]!, object: match[3]! })
  }
  return gitObjectsProject(root, files)
}
