import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const command = join(root, 'dist/surefoot.js')
const demo = join(root, 'fixtures/projects/demo')
const run = (...args) => spawnSync(process.execPath, [command, ...args, '--cwd', demo], { stdio: 'inherit' }).status

process.stdout.write('$ surefoot check            (a small Sequelize project with five migrations)\n')
const status = run('check')
process.stdout.write(`\n(exit code ${status})\n\n$ surefoot explain index-not-concurrent         (how the rule’s page begins)\n\n`)
const page = spawnSync(process.execPath, [command, 'explain', 'index-not-concurrent'], { encoding: 'utf8' })
process.stdout.write(page.stdout.split(/^## (?!Instead)/m)[0].trim())
// What a run shows of the findings stands last, on the screen that stays.
process.stdout.write('\n\n$ surefoot rehearse         (the same migrations, run on PGlite: a PostgreSQL inside this Node)\n')
const rehearsed = run('rehearse', '--engine', 'pglite')
process.stdout.write(`\n(exit code ${rehearsed})\n`)
// The example is full of hazards: finding them is what the demo is for.
process.exitCode = status === 1 && rehearsed === 1 && page.status === 0 ? 0 : 1
