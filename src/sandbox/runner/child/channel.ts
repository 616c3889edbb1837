import type { Answer, FromChild, Question, ToChild } from '../protocol.ts'

type Listener = (message: ToChild) => void

// Taken before any code of the project runs, and then taken away from it.
const say = process.send?.bind(process)
delete process.send

let asked = 0
const waiting = new Map<number, (answer: Answer) => void>()
const listeners: Listener[] = []

process.on('message', (message: ToChild) => {
  if (message.kind === 'answer') {
    waiting.get(message.ask)?.(message.answer)
    waiting.delete(message.ask)
    return
  }
  for (const listener of listeners) listener(message)
})

export function tell(message: FromChild): void {
  say?.(message)
}

export function ask(question: Question): Promise<Answer> {
  const number = asked++
  return new Promise((resolve) => {
    waiting.set(number, resolve)
    tell({ kind: 'ask', ask: number, question })
  })
}

export function listen(listener: Listener): void {
  listeners.push(listener)
}
