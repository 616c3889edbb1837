import type { Project, ReadResult } from './project.ts'

/** What work asked of a project's files: the answers to all its questions decide what it comes to. */
export type Question = readonly [kind: 'read' | 'exists' | 'glob' | 'dependency', of: string]

/** A project that says each question, before it answers it. */
export function saying(project: Project, said: (question: Question) => void): Project {
  return {
    root: project.root,
    read(path) {
      said(['read', path])
      return project.read(path)
    },
    exists(path) {
      said(['exists', path])
      return project.exists(path)
    },
    glob(patterns, ignore) {
      said(['glob', inWords(patterns, ignore)])
      return project.glob(patterns, ignore)
    },
    dependency(name, directory) {
      said(['dependency', inWords(name, directory)])
      return project.dependency(name, directory)
    },
    ...(project.unreadable ? { unreadable: () => project.unreadable!() } : {}),
  }
}

/** The answer as a text: the same text is the same answer. */
export function answerTo([kind, of]: Question, project: Project): string {
  if (kind === 'read') return shown(project.read(of))
  if (kind === 'exists') return String(project.exists(of))
  const [first, second] = JSON.parse(of) as [never, never?]
  if (kind === 'glob') return project.glob(first, second).join('\n')
  return project.dependency(first, second) ?? ''
}

/** All that a reader may see of a file. */
export function shown(result: ReadResult): string {
  return 'text' in result && result.flaw === undefined ? result.text : JSON.stringify(result)
}

/** What a question is asked with, as a text. What was not given is left out: JSON has no undefined, and null is not the same. */
function inWords(first: unknown, second: unknown): string {
  return JSON.stringify(second === undefined ? [first] : [first, second])
}
