import { gitOutput, splitNul } from './git.ts'
import { type GitFile, gitObjectsProject } from './git-objects.ts'
import type { Project } from './project.ts'

/**
 * The files below `root` as the git index holds them: what a commit would take, whatever the working tree says. The root may be a
 * folder of the repository. A UserError when it lies in none.
 */
export function gitIndexProject(root: string): Project {
  const files = new Map<string, GitFile>()
  for (const line of splitNul(gitOutput(root, ['ls-files', '-s', '-z']))) {
    const match = /^(\d+) ([0-9a-f]+) (\d)\t([\s\S]+)$/.exec(line)
    if (!match || match[1] === '160000') continue
    const [, mode, object, stage, path] = match as unknown as [string, string, string, string, string]
    if (stage === '0') files.set(path, { mode, object })
    else files.set(path, { mode, object, error: `${path} has merge conflicts. Resolve them and stage it again.` })
  }
  return gitObjectsProject(root, files)
}
