import { beforeAll, describe, expect, it } from 'vitest'
import { importsOf } from '../../src/javascript/imports.ts'
import { loadParser, parseModule } from '../../src/javascript/parse.ts'
import { memoryProject } from '../../src/project/memory.ts'

beforeAll(loadParser)

/** What a module imports of a project that has `models/index.js`, `models/user.js` and `lib.ts`. */
function imports(text: string): readonly string[] {
  const project = memoryProject({ 'models/index.js': '', 'models/user.js': '', 'lib.ts': '', 'migrations/1.ts': text })
  return importsOf(parseModule('migrations/1.ts', text), project).map(({ path, names }) => `${path}: ${names?.join(', ') ?? 'all'}`)
}

describe('what a module imports of its project', () => {
  it.each([
    ["import { User, Order as Orders } from '../models'\nsave(User, { Orders })", ['models/index.js: User, Order']],
    ["import User from '../models/user'\nexport const up = () => User.update()", ['models/user.js: all']],
    ["import * as models from '../models'\nmodels.User.update()", ['models/index.js: all']],
    ["import { default as User } from '../models/user'\nexport { User }", ['models/user.js: all']],
    ["import { type Shape, helper } from '../lib'\nhelper()", ['lib.ts: helper']],
    ["import { User, Order } from '../models'\nexport const up = () => save(User as typeof Order)", ['models/index.js: User']],
    ["import { User } from '../models'\nenum State { First = User.first }", ['models/index.js: User']],
    ["const models = require('../models')", ['models/index.js: all']],
    ["const { User, Order: Orders } = require('../models')", ['models/index.js: User, Order']],
    ["const User = require('../models').User", ['models/index.js: User']],
    ["export async function up() { await require('../models/user').update() }", ['models/user.js: update']],
    ["const { [name]: one } = require('../models')", ['models/index.js: all']],
  ])('%s', (text, found) => expect(imports(text)).toEqual(found))

  it.each([
    "import type { User } from '../models/user'",
    "import { type User } from '../models/user'",
    "import { User } from '../models/user'",
    "import { User } from '../models/user'\nconst rows: Partial<User>[] = find() as User[]",
    "import { User } from '../models/user'\nclass One { User = 1; up() { return this.User + all.User } }",
    "import '../lib'",
    "import { DataTypes } from 'sequelize'",
    "const { DataTypes } = require('sequelize')",
    "// import { User } from '../models'",
    "const text = `require('../models')`",
    "import { gone } from '../gone'",
    'const later = require(name)',
    'import {',
  ])('nothing: %s', (text) => expect(imports(text)).toEqual([]))
})
