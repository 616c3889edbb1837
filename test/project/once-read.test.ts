import { describe, expect, it, vi } from 'vitest'
import { onceRead } from '../../src/project/once-read.ts'

describe('work on a text is done once for each file that was read', () => {
  it('and anew when the file is read anew', () => {
    const work = vi.fn((text: string) => (text === '' ? undefined : text.length))
    const lengthOf = onceRead(work)
    const file = { text: 'abc' }
    expect([lengthOf(file), lengthOf(file), lengthOf({ text: 'abc' })]).toEqual([3, 3, 3])
    expect(work).toHaveBeenCalledTimes(2)
  })

  it('also where nothing came of it', () => {
    const work = vi.fn(() => undefined)
    const nothingOf = onceRead(work)
    const file = { text: '' }
    nothingOf(file)
    nothingOf(file)
    expect(work).toHaveBeenCalledTimes(1)
  })
})
