import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { FromChild, ToChild } from '../protocol.ts'
import type { Limits } from '../runner.ts'
import type { Isolation } from './isolation.ts'

const printedLimit = 65_536

/** How a child ended. */
export interface Ended {
  readonly why: 'time' | 'memory' | 'exit' | 'closed'
  /** For people. */
  readonly because: string
}

export interface Start {
  readonly isolation: Isolation
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly limits: Limits
}

/** One process that runs migrations. It is killed when it takes more memory than it may. */
export class Child {
  readonly #process: ChildProcess
  readonly #limits: Limits
  #printed = ''
  #why: Ended['why'] | undefined
  #watch: NodeJS.Timeout | undefined
  /** Settles when the process is gone. */
  readonly ended: Promise<Ended>
  /** Who hears what it says. */
  hears: (message: FromChild) => void = () => {}
  alive = true

  constructor({ isolation, root, env, limits }: Start) {
    this.#limits = limits
    this.#process = spawn(isolation.command, isolation.arguments, {
      cwd: root,
      env: { ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    const child = this.#process
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.#print(text))
    child.on('message', (message) => this.hears(message as FromChild))
    this.ended = new Promise((resolve) => {
      const gone = (because: string) => {
        if (!this.alive) return
        this.alive = false
        clearInterval(this.#watch)
        const memory = /heap out of memory|invalid array buffer length/i.test(this.#printed)
        resolve({ why: this.#why ?? (memory ? 'memory' : 'exit'), because })
      }
      child.on('error', (error) => gone(`the process for migrations could not be started: ${error.message}`))
      child.on('close', (code, signal) =>
        gone(signal ? `it was ended by ${signal}` : `it ended by itself with exit code ${code ?? 'unknown'}`),
      )
    })
    this.#watch = setInterval(() => this.#weigh(), 50)
    this.#watch.unref()
  }

  say(message: ToChild): void {
    if (this.#process.connected) this.#process.send(message, () => {})
  }

  kill(why: Ended['why']): void {
    if (!this.alive) return
    this.#why ??= why
    this.#process.kill('SIGKILL')
  }

  /** What was printed since the last call. */
  printed(): string {
    const text = this.#printed
    this.#printed = ''
    return text
  }

  #print(text: string): void {
    if (this.#printed.length < printedLimit) this.#printed = (this.#printed + text).slice(0, printedLimit)
  }

  #weigh(): void {
    const { pid } = this.#process
    if (pid === undefined || process.platform !== 'linux') return
    try {
      // What makes the namespaces stays, and the program is its child.
      const inner = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')
      const pages = [String(pid), ...inner]
        .filter((id) => id !== '')
        .map((id) => Number(readFileSync(`/proc/${id}/statm`, 'latin1').split(' ')[1]))
      if (Math.max(...pages) * 4096 > this.#limits.mebibytes * 1_048_576) this.kill('memory')
    } catch {
      // It is gone already.
    }
  }
}
