import type { Project } from '../project/project.ts'

/** The files in which a project writes down what its environment holds, or an example of it. */
const names = [
  '.env',
  '.env.example',
  '.env.sample',
  '.env.template',
  '.env-template',
  '.env.dist',
  '.env.defaults',
  '.env.local',
  '.env.development',
]

/** A variable of the environment as the nearest of a project's `.env` files at or above a folder gives it; undefined when none does. */
export function environmentValue(
  project: Project,
  directory: string,
  variable: string,
): { readonly value: string; readonly file: string } | undefined {
  const line = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${variable.replaceAll('$', '\\$')}[ \\t]*=[ \\t]*["']?([\\w-]{1,40})`, 'm')
  for (let at = directory; ; at = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '') {
    for (const name of names) {
      const file = at === '' ? name : `${at}/${name}`
      const read = project.exists(file) ? project.read(file) : undefined
      const value = read && 'text' in read ? line.exec(read.text)?.[1] : undefined
      if (value !== undefined) return { value, file }
    }
    if (at === '') return undefined
  }
}
