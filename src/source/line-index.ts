/** A place in a text, 1-based; `column` counts UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Finds lines and columns of offsets in one text. Lines end at `\n`, `\r\n` or a lone `\r`. */
export class LineIndex {
  readonly text: string
  readonly #starts: number[] = [0]

  constructor(text: string) {
    this.text = text
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.#starts.push(i + 1)
    }
  }

  get lineCount(): number {
    return this.#starts.length
  }

  /** The position of a UTF-16 offset; an offset outside the text is moved to its nearest end. */
  at(offset: number): Position {
    const wanted = Math.max(0, Math.min(offset, this.text.length))
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= wanted) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: wanted - this.#starts[low]! + 1 }
  }

  /** The text of a 1-based line, without its line end; '' when there is no such line. */
  line(number: number): string {
    const start = this.#starts[number - 1]
    if (start === undefined) return ''
    const end = this.#starts[number] ?? this.text.length
    return this.text.slice(start, end).replace(/[\r\n]+$/, '')
  }

  /** The offset at which a 1-based line starts; the end of the text when there is no such line. */
  offsetOf(number: number): number {
    return this.#starts[number - 1] ?? this.text.length
  }
}
