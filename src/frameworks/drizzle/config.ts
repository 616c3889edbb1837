import type { Project } from '../../project/project.ts'

/** The texts of drizzle-kit's configurations at or above a folder, the nearest first. */
export function configTexts(project: Project, folder: string): readonly { readonly path: string; readonly text: string }[] {
  const found: { path: string; text: string }[] = []
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    for (const path of project.glob([`${at === '' ? '' : `${at}/`}drizzle*.config.{ts,js,mjs,cjs,json}`])) {
      const file = project.read(path)
      if ('text' in file) found.push({ path, text: file.text })
    }
    if (at === '') return found
  }
}
