import type { Project } from '../project/project.ts'

/** Does a wrangler configuration above the folder name a D1 database whose migrations these are? */
export function isOfD1(project: Project, folder: string): boolean {
  const own = folder.slice(folder.lastIndexOf('/') + 1)
  for (let at = folder; ; at = at.slice(0, Math.max(at.lastIndexOf('/'), 0))) {
    for (const name of ['wrangler.toml', 'wrangler.json', 'wrangler.jsonc']) {
      const file = project.read(at === '' ? name : `${at}/${name}`)
      if (!('text' in file) || !file.text.includes('d1_databases')) continue
      const named = /["']?migrations_dir["']?\s*[=:]\s*["']([^"']+)["']/.exec(file.text)?.[1] ?? 'migrations'
      return named.replace(/\/+$/, '').split('/').at(-1) === own
    }
    if (at === '') return false
  }
}
