import type { Outcome } from '../lint/outcome.ts'
import type { Rule } from '../rule/define.ts'
import type { Paint } from './paint.ts'

/** What a report may ask beside the outcome. */
export interface ReportContext {
  readonly paint: Paint
  /** The text of a file that the outcome names, for code frames. */
  read(file: string): string | undefined
  /** A path of the outcome as a platform that shows the repository wants it: relative to the repository's top. */
  inRepository(file: string): string
  /** The address of a line of a file on the platform; absent where there is none. */
  link?(file: string, line: number): string | undefined
  /** A rule by its name; undefined for what is reported without one. */
  rule(id: string): Rule | undefined
  /** Also say why each framework, dialect and order was chosen. */
  readonly verbose: boolean
  /** Also show what is suppressed, where a format that others read has words for it. */
  readonly suppressed: boolean
}

/** A format: an outcome in, the whole text out, with a newline at its end. */
export type Format = (outcome: Outcome, context: ReportContext) => string
