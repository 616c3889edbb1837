import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decode } from '../../src/project/decode.ts'
import { diskProject } from '../../src/project/disk.ts'
import { selectFiles } from '../../src/project/select.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'surefoot-disk-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), content)
}

const errorOf = (path: string) => {
  const result = diskProject(root).read(path)
  return 'error' in result ? result : { error: undefined, because: undefined }
}
const textOf = (path: string) => {
  const result = diskProject(root).read(path)
  return 'text' in result ? result.text : undefined
}

describe('reading a file', () => {
  it('leaves a byte order mark out of the text', () => {
    write('a.sql', '\uFEFFSELECT 1')
    expect(textOf('a.sql')).toBe('SELECT 1')
  })

  it('reads marked UTF-16 of both byte orders', () => {
    const little = Buffer.from('\uFEFFSELECT 1', 'utf16le')
    write('le.sql', little)
    write('be.sql', Buffer.from(little).swap16())
    expect([textOf('le.sql'), textOf('be.sql')]).toEqual(['SELECT 1', 'SELECT 1'])
  })

  it('does not take three odd bytes, or half a pair, for UTF-16', () => {
    write('odd.sql', Buffer.from([0xff, 0xfe, 0xfa]))
    write('half.sql', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]))
    write('pair.sql', Buffer.from('\uFEFF\u{1F600}', 'utf16le'))
    expect([errorOf('odd.sql').because, errorOf('half.sql').because, textOf('pair.sql')]).toEqual(['encoding', 'encoding', '\u{1F600}'])
  })

  it('gives a text or a sentence for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const result = decode(Buffer.from(bytes), 'a.sql')
        expect('text' in result ? !result.text.includes('\u0000') : result.error.includes('a.sql')).toBe(true)
      }),
    )
  })

  it('says where a file stops being UTF-8', () => {
    write('a.sql', Buffer.concat([Buffer.from('-- grün\n'), Buffer.from([0xfc, 0x20])]))
    const result = diskProject(root).read('a.sql')
    if (!('text' in result)) throw new Error(result.error)
    expect(result.text).toBe('-- grün\n\uFFFD ')
    expect(result.flaw?.offset).toBe(8)
    expect(result.flaw?.message).toContain('a.sql is not valid UTF-8 (first wrong byte at offset 9)')
  })

  it('takes a NUL byte for a binary file', () => {
    write('a.sql', Buffer.from([0x53, 0, 0x51]))
    expect(errorOf('a.sql')).toMatchObject({ because: 'encoding' })
  })

  it('keeps line ends as they are', () => {
    write('a.sql', 'a\r\nb\rc\n')
    expect(textOf('a.sql')).toBe('a\r\nb\rc\n')
  })

  it('reads 5 MB and an empty file', () => {
    write('big.sql', 'x'.repeat(5 * 1024 * 1024))
    write('empty.sql', '')
    expect(textOf('big.sql')).toHaveLength(5 * 1024 * 1024)
    expect(textOf('empty.sql')).toBe('')
  })

  it('refuses more than 64 MB', () => {
    write('huge.sql', Buffer.alloc(64 * 1024 * 1024 + 1, 32))
    expect(errorOf('huge.sql')).toMatchObject({ because: 'too-large' })
  })

  it('names a file that is not there, a directory, a link to itself and a pipe', () => {
    mkdirSync(join(root, 'x.sql'))
    symlinkSync('self.sql', join(root, 'self.sql'))
    execFileSync('mkfifo', [join(root, 'pipe.sql')])
    expect(errorOf('gone.sql')).toMatchObject({ because: 'missing' })
    expect(errorOf('x.sql')).toMatchObject({ because: 'directory', error: 'x.sql is a directory, not a file.' })
    expect(errorOf('self.sql')).toMatchObject({ because: 'unreadable' })
    expect(errorOf('pipe.sql')).toMatchObject({ because: 'unreadable' })
  })

  it.skipIf(process.getuid?.() === 0)('says that permission is denied', () => {
    write('secret.sql', 'x')
    chmodSync(join(root, 'secret.sql'), 0)
    expect(errorOf('secret.sql')).toMatchObject({ because: 'unreadable' })
  })

  it('says that a file vanished between listing and reading', () => {
    write('a.sql', 'x')
    const project = diskProject(root)
    expect(project.glob(['*.sql'])).toEqual(['a.sql'])
    rmSync(join(root, 'a.sql'))
    expect(project.read('a.sql')).toMatchObject({ because: 'missing' })
  })
})

describe('finding files', () => {
  it('does not enter dependencies, build output or git', () => {
    for (const folder of ['node_modules', '.git', 'dist', 'build', 'coverage', '.next', 'vendor', 'db']) write(`${folder}/a.sql`, '')
    expect(diskProject(root).glob(['**/*.sql'])).toEqual(['db/a.sql'])
  })

  it('enters such a folder when the pattern names it', () => {
    write('build/migrations/a.sql', '')
    const project = diskProject(root)
    project.glob(['**/*.sql'])
    expect(project.glob(['build/migrations/*.sql'])).toEqual(['build/migrations/a.sql'])
  })

  it('lives through links that lead in circles and lists no file twice', () => {
    write('db/a.sql', '')
    symlinkSync('..', join(root, 'db/up'))
    symlinkSync('db', join(root, 'same'))
    expect(diskProject(root).glob(['**/*.sql'])).toEqual(['db/a.sql'])
  })

  it('follows a link that leads out of the project', () => {
    const other = mkdtempSync(join(tmpdir(), 'surefoot-other-'))
    writeFileSync(join(other, 'a.sql'), '')
    symlinkSync(other, join(root, 'linked'))
    expect(diskProject(root).glob(['**/*.sql'])).toEqual(['linked/a.sql'])
    rmSync(other, { recursive: true })
  })

  it('lists a broken link and an empty directory named x.sql, so that reading says what is wrong', () => {
    symlinkSync('nowhere', join(root, 'broken.sql'))
    mkdirSync(join(root, 'x.sql'))
    expect(diskProject(root).glob(['**/*.sql'])).toEqual(['broken.sql', 'x.sql'])
  })

  it('takes a directory named x.sql with migrations inside for a folder', () => {
    write('x.sql/migration.sql', '')
    expect(diskProject(root).glob(['**/*.sql'])).toEqual(['x.sql/migration.sql'])
  })

  it('gives the same answer for a folder alone as out of the whole', () => {
    write('db/one/a.sql', '')
    write('db/two/b.sql', '')
    const whole = diskProject(root)
    whole.glob(['**/*.sql'])
    expect(whole.glob(['db/one/**/*.sql'])).toEqual(diskProject(root).glob(['db/one/**/*.sql']))
  })

  it('is deep without falling', () => {
    const deep = Array.from({ length: 300 }, () => 'd').join('/')
    write(`${deep}/a.sql`, '')
    expect(diskProject(root).glob(['**/*.sql'])).toHaveLength(1)
  })
})

describe('dependency', () => {
  it('takes the nearest package.json that names the package', () => {
    write('package.json', JSON.stringify({ dependencies: { prisma: '^6.0.0', pg: '8' } }))
    write('packages/db/package.json', JSON.stringify({ devDependencies: { prisma: '7.4.1' } }))
    const project = diskProject(root)
    expect(project.dependency('prisma', 'packages/db/prisma')).toBe('7.4.1')
    expect(project.dependency('pg', 'packages/db')).toBe('8')
    expect(project.dependency('mysql2')).toBeUndefined()
  })

  it('looks above the root up to the top of the repository', () => {
    write('package.json', JSON.stringify({ dependencies: { prisma: '^6.0.0' } }))
    mkdirSync(join(root, '.git'))
    mkdirSync(join(root, 'packages/db'), { recursive: true })
    expect(diskProject(join(root, 'packages/db')).dependency('prisma')).toBe('^6.0.0')
  })

  it('survives a package.json that is not one', () => {
    write('package.json', '{ "dependencies": [')
    expect(diskProject(root).dependency('pg')).toBeUndefined()
  })
})

describe('selectFiles', () => {
  const chosen = (...paths: string[]) => selectFiles(diskProject(root), paths, ['.sql']).map(({ path }) => path)

  it('takes files, folders and globs, with Windows separators too', () => {
    write('db/1.sql', '')
    write('db/sub/2.sql', '')
    write('db/notes.md', '')
    expect(chosen('db')).toEqual(['db/1.sql', 'db/sub/2.sql'])
    expect(chosen('db\\*.sql')).toEqual(['db/1.sql'])
    expect(chosen('db/sub/2.sql', './db/sub/2.sql')).toEqual(['db/sub/2.sql'])
    expect(chosen('.')).toEqual(['db/1.sql', 'db/sub/2.sql'])
    expect(chosen('db/notes.md', 'nowhere')).toEqual([])
  })

  it('leaves out what does not exist, but not a link that leads nowhere', () => {
    symlinkSync('nowhere', join(root, 'broken.sql'))
    write('file.sql', '')
    expect(chosen('db/9.sql', 'broken.sql', 'file.sql/b.sql', 'x\0.sql')).toEqual(['broken.sql'])
  })

  it('reads a folder named like a pattern as that folder', () => {
    write('src/[id]/1.sql', '')
    expect(chosen('src/[id]')).toEqual(['src/[id]/1.sql'])
  })
})
