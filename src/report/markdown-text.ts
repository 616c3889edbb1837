import { clean } from './frame.ts'

/**
 * A user's text for GitHub's and GitLab's Markdown, in a line or a cell of a table: shown as it is, no markup, no HTML, and no mention or
 * reference, which the platforms would look for in the rendered text.
 */
export function plain(text: string): string {
  return escaped(
    clean(text)
      .replace(/\s+/g, ' ')
      .replace(/[@#!](?=\w)/g, '$&\u2060'),
  ).replace(/^([-+=]|\d+[.)])(?=\s)/, '\u2060$1')
}

/** A user's name or text as code, in a line or a cell of a table. The platforms look for no mention in code. */
export function code(text: string): string {
  return `<code>${escaped(clean(text).replace(/\s+/g, ' '))}</code>`
}

/** An underscore between letters means nothing; the others do. */
function escaped(text: string): string {
  return html(text.replace(/[\\`*{}[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\$&'))
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Lines as a block of code whose end none of them can write. */
export function fenced(lines: readonly string[], language = ''): string {
  const longest = Math.max(2, ...lines.map((line) => Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines.map((line) => clean(line)), fence].join('\n')
}

/** A part that is folded until somebody opens it: the user's name of it as code, what else its title says, and its lines, Markdown already. */
export function folded(name: string | undefined, title: string, body: readonly string[]): string {
  const shown = name === undefined ? '' : `<code>${html(clean(name).replace(/\s+/g, ' '))}</code> `
  return ['<details>', `<summary>${shown}${title}</summary>`, '', ...body, '', '</details>'].join('\n')
}
