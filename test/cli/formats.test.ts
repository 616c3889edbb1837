import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formats } from '../../src/cli/flags.ts'
import { folder, git, repository, shop, surefoot, write } from './command.ts'

const args = ['check', '--dialect', 'mysql']
const text = (root: string, path: string) => readFileSync(join(root, path), 'utf8')

describe('formats', () => {
  it.each(formats)('%s ends with a newline and with the exit code of any other', (format) => {
    const root = folder({
      ...shop,
      'migrations/003_lost.sql': 'ALTER TABLE orders ADD COLUMN a int NOT NULL UNIQUE, ALGORITHM=INSTANT;\nSELEC 1;\n',
    })
    const ran = surefoot(root, [...args, '--format', format, '--unknown', 'block'])
    expect(ran).toMatchObject({ code: 1, err: '' })
    expect(ran.out).toMatch(/[^\n]\n$/)
    expect(ran.out).toContain('003_lost.sql')
  })

  it('go into files, several at once, into folders that are made for them', () => {
    const root = folder(shop)
    const ran = surefoot(root, [...args, '--format', 'stylish', '--format', 'sarif=out/a/x.sarif', '--format', 'json=x.json', '--color'])
    expect(ran.out).toContain('migrations')
    expect(JSON.parse(text(root, 'out/a/x.sarif'))).toHaveProperty('runs')
    expect(JSON.parse(text(root, 'x.json'))).toHaveProperty('summary')
  })

  it('--output-file takes the one without a file, which then has no colours', () => {
    const root = folder(shop)
    const ran = surefoot(root, [...args, '--output-file', 'report.txt'], { env: { FORCE_COLOR: '1' } })
    expect(ran).toMatchObject({ out: '', err: '' })
    expect(text(root, 'report.txt')).toMatch(/^No findings|^\nmigrations/m)
    expect(text(root, 'report.txt')).not.toContain('\u001b')
  })

  it('keep what is not ASCII', () => {
    const root = folder({ ...shop, 'migrations/003_größe.sql': '-- “größer” ■\nALTER TABLE orders ADD größe text NOT NULL;\n' })
    const page = surefoot(root, [...args, '--format', 'html']).out
    for (const kept of ['003_größe', 'ADD größe', '■ ', '│ ']) expect(page).toContain(kept)
    expect(page).not.toMatch(/[\u0080-\u009f]|\ufffd/)
  })

  it('are laid out when nothing changed, too', () => {
    const root = repository(shop)
    const ran = surefoot(root, ['check', '--staged', '--format', 'stylish', '--format', 'gitlab=quality.json'])
    expect(ran).toMatchObject({ code: 0, out: 'Nothing to judge: no file is staged.\n' })
    expect(text(root, 'quality.json')).toBe('[]\n')
    write(root, { 'logo.svg': '', 'docs/a.md': '' })
    git(root, 'add', 'logo.svg', 'docs')
    expect(surefoot(root, ['check', '--staged']).out).toBe('Nothing to judge: no migration is staged.\n')
  })

  it('give paths from the top of the repository to platforms, and from here to people', () => {
    const files = { 'api/migrations/001_a.sql': 'CREATE TABLE a (id int);\n', 'api/migrations/002_b.sql': 'DROP TABLE a;\nSELEC 1;\n' }
    const root = repository(files)
    const here = join(root, 'api')
    expect(surefoot(here, [...args, '--format', 'github']).out).toContain('file=api/migrations/002_b.sql,')
    expect(surefoot(here, [...args, '--format', 'stylish']).out).toMatch(/^ {2}migrations\/002_b\.sql:2/m)
    expect(surefoot(root, [...args, '--cwd', 'api', '--format', 'gitlab']).out).toContain('"api/migrations/002_b.sql"')
    expect(surefoot(folder(files), [...args, '--cwd', 'api', '--format', 'gitlab']).out).toContain('"path": "migrations/002_b.sql"')
  })

  it.each([
    ['two for the screen', ['--format', 'json', '--format', 'stylish'], 'both go to the screen'],
    ['a file that has no name', ['--format', 'json='], 'names no file'],
    ['the configuration for a file', ['--format', 'json=surefoot.json'], 'Name another for the report: json=surefoot-report.json'],
    ['an output file for nobody', ['--format', 'json=a', '--output-file', 'b'], 'each has one'],
    ['an output file that has no name', ['--output-file', ''], 'names no file'],
    ['a format that there is not', ['--format', 'xml=a'], '--format xml is not known. Pass one of stylish, json'],
    ['a file where none can be', ['--format', 'json=migrations/001_orders.sql/x'], 'cannot be written'],
  ])('a mistake: %s', (_, more, said) => {
    const root = folder(shop)
    const ran = surefoot(root, [...args, ...more])
    expect(ran).toMatchObject({ code: 2, out: '' })
    expect(ran.err).toContain(said)
    expect(existsSync(join(root, 'b'))).toBe(false)
  })
})
