import type { Project } from '../project/project.ts'

/** The nearest folder, at or above a path, that has a package.json; '' is the root. */
export function packageOf(project: Project, path: string): string {
  for (let at = path; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '')
    if (project.exists(`${at}/package.json`)) return at
  return ''
}
