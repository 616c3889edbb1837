import type { Outcome } from '../lint/outcome.ts'

/**
 * The outcome as it is: a documented, stable contract (`schema/outcome.schema.json`). It comes in pieces, since tens of thousands of findings as
 * one text take more memory than finding them, and each finding is a line, which takes half the time and room of one that is laid out.
 */
export function* json(outcome: Outcome): Iterable<string> {
  let before = '{\n'
  for (const [key, value] of Object.entries(outcome)) {
    if (value === undefined) continue
    yield `${before}  ${JSON.stringify(key)}: `
    if (Array.isArray(value) && value.length > 0) yield* elements(value)
    // No line break stands inside a JSON string: each one is of the layout.
    else yield JSON.stringify(value, undefined, 2).replaceAll('\n', '\n  ')
    before = ',\n'
  }
  yield '\n}\n'
}

function* elements(values: readonly unknown[]): Iterable<string> {
  let before = '[\n'
  for (const value of values) {
    yield `${before}    ${JSON.stringify(value)}`
    before = ',\n'
  }
  yield '\n  ]'
}
