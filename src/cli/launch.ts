#!/usr/bin/env node
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cachedDataVersionTag, setFlagsFromString } from 'node:v8'
import { Script } from 'node:vm'

// Compiling a megabyte of JavaScript takes longer than checking a migration. V8 keeps what it compiled, functions that ran included, beside
// the program (https://v8.dev/blog/code-caching); the file is named for the program's text and for Node, and V8 refuses one that does not fit.

declare const build: string

const program = join(__dirname, 'program.js')
const cache = join(__dirname, `program-${build}-${process.version}-${process.arch}.cache`)

function cached(): Buffer | undefined {
  try {
    return readFileSync(cache)
  } catch {
    return undefined
  }
}

/** Writes the cache whole or not at all. Where the package may not be written, the next run compiles again. */
function store(script: Script): void {
  const part = `${cache}.${process.pid}`
  try {
    writeFileSync(part, script.createCachedData(), { flag: 'wx' })
    renameSync(part, cache)
  } catch {
    rmSync(part, { force: true })
  }
}

const cachedData = cached()
const script = new Script(
  `(function (exports, require, module, __filename, __dirname, importModule) {${readFileSync(program, 'utf8')}\n})`,
  cachedData ? { filename: program, cachedData } : { filename: program },
)
if (!cachedData || script.cachedDataRejected) {
  const tag = cachedDataVersionTag()
  process.on('exit', () => {
    // A cache is for the flags that V8 has when it is made. The command's `--liftoff-only` implies the other two.
    for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering']) setFlagsFromString(flag)
    if (cachedDataVersionTag() === tag) store(script)
  })
}
const run = script.runInThisContext()
run({}, createRequire(program), {}, program, __dirname, (url: string) => import(url))
