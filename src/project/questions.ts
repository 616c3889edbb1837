import { createHash } from 'node:crypto'
import type { Project, ReadResult } from './project.ts'

/** What work asked of a project's files: the answers to all its questions decide what it comes to. */
export type Question = readonly [kind: 'read' | 'exists' | 'glob' | 'dependency', of: string]

/** A project that says each question, with what gives its answer as a text: the same text is the same answer. */
function saying(project: Project, said: (question: Question, answer: () => string) => void): Project {
  return {
    root: project.root,
    read(path) {
      const result = project.read(path)
      said(['read', path], () => shown(result))
      return result
    },
    exists(path) {
      const is = project.exists(path)
      said(['exists', path], () => String(is))
      return is
    },
    glob(patterns, ignore) {
      const paths = project.glob(patterns, ignore)
      said(['glob', inWords(patterns, ignore)], () => paths.join('\n'))
      return paths
    },
    dependency(name, directory) {
      const range = project.dependency(name, directory)
      said(['dependency', inWords(name, directory)], () => range ?? '')
      return range
    },
    ...(project.unreadable ? { unreadable: () => project.unreadable!() } : {}),
  }
}

/** Asks a project. */
function ask([kind, of]: Question, project: Project): void {
  if (kind === 'read') project.read(of)
  else if (kind === 'exists') project.exists(of)
  else {
    const [first, second] = JSON.parse(of) as [never, never?]
    project[kind](first, second)
  }
}

/** Notes what is asked of a project, and a digest of all the answers, so that a later process can ask the same again. */
export class Asked {
  /** The project to ask. */
  readonly project: Project
  readonly #questions = new Map<string, Question>()
  readonly #answers = createHash('sha256')

  /** `isNoted`: does the question matter? */
  constructor(project: Project, isNoted: (question: Question) => boolean = () => true) {
    this.project = saying(project, (question, answered) => {
      const key = question.join(' ')
      if (this.#questions.has(key) || !isNoted(question)) return
      this.#questions.set(key, question)
      const answer = answered()
      // With their lengths: two answers are never taken for two others that meet elsewhere.
      this.#answers.update(`${answer.length} ${answer}`)
    })
  }

  /** Asks what an earlier process asked, as its own first questions. Gives nothing where the answers do not have the same digest. */
  static again(project: Project, { questions, digest }: Answered, isNoted?: (question: Question) => boolean): Asked | undefined {
    const asked = new Asked(project, isNoted)
    for (const question of questions) ask(question, asked.project)
    return asked.answered.digest === digest ? asked : undefined
  }

  /** Every question so far, once, in its order, and what the answers were. */
  get answered(): Answered {
    return { questions: [...this.#questions.values()], digest: this.#answers.copy().digest('base64url') }
  }
}

/** Questions, and one digest of the answers to all of them. */
export interface Answered {
  readonly questions: readonly Question[]
  readonly digest: string
}

/** All that a reader may see of a file. */
export function shown(result: ReadResult): string {
  return 'text' in result && result.flaw === undefined ? result.text : JSON.stringify(result)
}

/** What a question is asked with, as a text. What was not given is left out: JSON has no undefined, and null is not the same. */
function inWords(first: unknown, second: unknown): string {
  return JSON.stringify(second === undefined ? [first] : [first, second])
}
