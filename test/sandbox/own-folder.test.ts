import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { makeOwnFolder } from '../../src/sandbox/engines/own-process.ts'

const memory = '/dev/shm'
const roomy = existsSync(memory) && process.availableMemory() > 4 * 1_073_741_824

describe.skipIf(!roomy)('the folder of a server of our own', () => {
  afterEach(() => vi.unstubAllEnvs())
  const where = (bytes: number) => {
    const { path } = makeOwnFolder(bytes)
    rmSync(path, { recursive: true })
    return dirname(path)
  }

  it('is in memory where what is likely to be kept there leaves as much again free', () => {
    vi.stubEnv('TMPDIR', undefined)
    expect(where(1_000_000)).toBe(memory)
    expect(where(process.availableMemory())).toBe(tmpdir())
  })

  it('is where the user wants temporary files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'surefoot-test-'))
    vi.stubEnv('TMPDIR', folder)
    expect(where(1_000_000)).toBe(folder)
    rmSync(folder, { recursive: true })
  })
})
