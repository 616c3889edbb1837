import type { Project, ReadResult } from '../project/project.ts'

/** A project that can be told to forget the texts it keeps. */
export type Forgetful = Project & { forget?(): void }

/** A project that keeps the texts it read until told to forget, so that one migration's file is read from disk once. */
export function remembering(project: Project): Forgetful {
  const texts = new Map<string, ReadResult>()
  return {
    root: project.root,
    read(path) {
      let result = texts.get(path)
      if (!result) {
        result = project.read(path)
        texts.set(path, result)
      }
      return result
    },
    exists: (path) => project.exists(path),
    glob: (patterns, ignore) => project.glob(patterns, ignore),
    dependency: (name, directory) => project.dependency(name, directory),
    forget: () => texts.clear(),
  }
}
