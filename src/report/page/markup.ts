import { clean } from '../frame.ts'

/** A piece of HTML that is safe to put into a page. */
export interface Markup {
  readonly html: string
}

type Part = string | number | Markup | undefined | readonly Part[]

/** HTML with the user's texts escaped: every value but other pieces of HTML is text. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return { html: strings.reduce((text, piece, at) => text + shown(values[at - 1]) + piece) }
}

/** Several pieces, one after the other. */
export function joined(parts: readonly Markup[]): Markup {
  return { html: parts.map((part) => part.html).join('\n') }
}

function shown(value: Part): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return escaped(value)
  if (typeof value === 'number') return String(value)
  return 'html' in value ? value.html : value.map(shown).join('')
}

function escaped(text: string): string {
  return clean(text)
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
