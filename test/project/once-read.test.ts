import { describe, expect, it, vi } from 'vitest'
import { notingText, onceRead } from '../../src/project/once-read.ts'

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

describe('a text that notes what is asked of it', () => {
  const lengthOf = onceRead((text) => text.length)

  it('knows the answers, and whether it was looked at itself', () => {
    const file = notingText('abc')
    expect(lengthOf(file)).toBe(3)
    expect([...file.answers.values()]).toEqual([3])
    expect(file.isSeen).toBe(false)
    expect(file.text).toBe('abc')
    expect(file.isSeen).toBe(true)
  })

  it('does no work twice, and notes anew who asks from now on', () => {
    const work = vi.fn((text: string) => text.length)
    const file = notingText('abc')
    const measured = onceRead(work)
    measured(file)
    file.note()
    expect(file.answers.size).toBe(0)
    measured(file)
    expect(file.answers.size).toBe(1)
    expect(work).toHaveBeenCalledTimes(1)
  })
})
