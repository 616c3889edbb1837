import type { Project } from '../project/project.ts'

/** The nearest folder, at or above a path, that has a package.json; '' is the root. */
export function packageOf(project: Project, path: string): string {
  for (let at = path; at !== ''; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '')
    if (project.exists(`${at}/package.json`)) return at
  return ''
}

/**
 * Is a file of the database that the migrations in this folder are for? Not when it is of another package of the project, which keeps migrations
 * of its own: those are for another database.
 */
export function isOfDatabaseOf(project: Project, directory: string): (file: string) => boolean {
  const home = packageOf(project, directory)
  const others = new Map<string, boolean>()
  return (file) => {
    const own = packageOf(project, file)
    if (own === home || own === '' || home.startsWith(`${own}/`)) return true
    const isOther = others.get(own) ?? project.glob([`${own}/**/{migrations,migration}/**/*.{ts,js}`]).length > 0
    others.set(own, isOther)
    return !isOther
  }
}
