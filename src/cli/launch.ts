#!/usr/bin/env node
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cachedDataVersionTag, setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

// Compiling megabytes of JavaScript takes longer than checking a migration. V8 keeps what it compiled, functions that ran included, beside
// the program (https://v8.dev/blog/code-caching). The file is named for the program's text and for all that decides whether V8 takes it; its first
// line names what was at work in the runs that it comes from, so that a run that does something else adds to it.

declare const build: string

type Program = typeof import('./program.ts')

const path = join(__dirname, 'program.js')
const tag = cachedDataVersionTag()
const cache = join(__dirname, `program-${build}-${process.version}-${process.arch}-${tag.toString(36)}.cache`)

interface Kept {
  readonly data: Buffer
  readonly from: readonly string[]
}

function kept(): Kept | undefined {
  try {
    const file = readFileSync(cache)
    const end = file.indexOf('\n')
    return { data: file.subarray(end + 1), from: file.toString('latin1', 0, end).split(' ') }
  } catch {
    return undefined
  }
}

/** Writes the cache whole or not at all. Where the package may not be written, the next run compiles again. */
function store(script: Script, from: ReadonlySet<string>): void {
  const part = `${cache}.${process.pid}.${process.hrtime.bigint()}`
  try {
    writeFileSync(part, Buffer.concat([Buffer.from(`${[...from].join(' ')}\n`), script.createCachedData()]), { flag: 'wx' })
    renameSync(part, cache)
  } catch {
    rmSync(part, { force: true })
  }
}

interface Loaded {
  readonly program: Program
  /** At the end of the process, keeps what V8 compiled for this use of the program if that is news. */
  keep(use: string): void
}

function load(): Loaded {
  const before = kept()
  // The build writes nothing but ASCII.
  const text = `(function (exports, require, module, __filename, __dirname, importModule) {${readFileSync(path, 'latin1')}\n})`
  const script = new Script(text, before ? { filename: path, cachedData: before.data } : { filename: path })
  const module = { exports: {} as Program }
  script.runInThisContext()(module.exports, createRequire(path), module, path, __dirname, (url: string) => import(url))
  const program = module.exports
  const known = new Set(before && !script.cachedDataRejected ? before.from : [])
  const keep = (use: string) =>
    process.once('exit', () => {
      const all = new Set([...known, use, ...program.rooms()])
      if (all.size === known.size) return
      // A cache is for the flags that V8 has when it is made. The command's `--liftoff-only` implies the other two.
      for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering']) setFlagsFromString(flag)
      if (cachedDataVersionTag() === tag) store(script, all)
    })
  return { program, keep }
}

let loaded: Loaded | undefined

/** What the library exports. Nothing is written for it. */
export function library(): object {
  loaded ??= load()
  return loaded.program.library()
}

/** ESLint's plugin. */
export function plugin(): Promise<object> {
  loaded ??= load()
  loaded.keep('eslint')
  return loaded.program.plugin()
}

if (require.main === module) {
  loaded = load()
  loaded.keep(/^[a-z]+$/.test(process.argv[2] ?? '') ? process.argv[2]! : 'command')
  void loaded.program.command()
}
