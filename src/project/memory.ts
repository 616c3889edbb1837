import { listedProject } from './listed.ts'
import type { Project } from './project.ts'

/** A project of texts in memory, path to text; for tests and editors. `dependencies` stands for its package.json when it has none. */
export function memoryProject(files: Readonly<Record<string, string>>, dependencies: Readonly<Record<string, string>> = {}): Project {
  const texts = new Map(Object.entries(files))
  return listedProject({
    root: '/',
    names: [...texts.keys()],
    read: (path) => ({ text: texts.get(path) ?? '' }),
    dependency: (name) => (Object.hasOwn(dependencies, name) ? dependencies[name] : undefined),
  })
}
