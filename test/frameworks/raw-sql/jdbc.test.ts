import { describe, expect, it } from 'vitest'
import type { History } from '../../../src/frameworks/framework.ts'
import { rawSql } from '../../../src/frameworks/raw-sql/index.ts'
import { memoryProject } from '../../../src/project/memory.ts'

function histories(files: Readonly<Record<string, string>>): readonly History[] {
  return rawSql.discover(memoryProject(files), {})
}

describe('a Java application’s settings', () => {
  it('tell the engine by their address', () => {
    const of = (sql: string, address: string) =>
      histories({
        'api/src/main/resources/db/migration/V1__a.sql': sql,
        'api/src/main/resources/application.yaml': `spring:\n  # url: jdbc:h2:mem:a\n  datasource:\n    url: \${DB:${address}}`,
      })
    const mysql = 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);'
    expect(of(mysql, 'jdbc:mariadb://db/a')).toMatchObject([{ dialect: 'mariadb' }])
    expect(of('CREATE TABLE a (id INT PRIMARY KEY);', 'jdbc:postgresql://db/a')).toMatchObject([{ dialect: 'postgres' }])
    // What the files say weighs more than an address that cannot be theirs.
    expect(of(mysql, 'jdbc:postgresql://db/a')).toMatchObject([{ dialect: 'mysql' }])
  })

  it('pass over a folder that only a profile on another engine runs, where the other profiles have their own', () => {
    const resources = 'core/src/main/resources'
    const profile = (url: string, folder: string) =>
      `spring:\n  datasource:\n    url: ${url}\n  flyway:\n    locations: classpath:${folder}\n    table: done\n`
    const of = (files: Readonly<Record<string, string>>) =>
      histories({
        [`${resources}/db/desktop/V1__a.sql`]: 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);',
        [`${resources}/db/server/V1__a.sql`]: 'CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY);',
        ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${resources}/${name}`, text])),
      })
    const server = { 'application-server.yml': profile('jdbc:mysql://db/a', 'db/server') }
    const desktop = profile('jdbc:h2:/opt/desktop;MODE=MySQL', 'db/desktop')
    expect(of({ ...server, 'application-desktop.yml': desktop })).toMatchObject([
      { directory: `${resources}/db/desktop`, entries: [], skipped: { H2: 1 } },
      { directory: `${resources}/db/server`, dialect: 'mysql', skipped: {} },
    ])
    expect(
      of({
        'application.properties': `spring.datasource.url=jdbc:h2:mem:a\nspring.flyway.locations=classpath:db/desktop,classpath:db/demo\n#---\n`,
        ...server,
      }),
    ).toMatchObject([{ skipped: { H2: 1 } }, { dialect: 'mysql' }])
    expect(of({ 'application.yml': `${desktop}---\n${server['application-server.yml']}` })).toMatchObject([
      { skipped: { H2: 1 } },
      { dialect: 'mysql' },
    ])
    // What a developer starts by default may be another engine than what production is given.
    expect(of({ 'application.yml': desktop })).toMatchObject([{ dialect: 'mysql' }, { dialect: 'mysql' }])
    expect(
      of({ ...server, 'application-desktop.yml': desktop, 'application-small.yml': profile('jdbc:mysql://db/b', 'db/desktop') }),
    ).toMatchObject([{ dialect: 'mysql' }, { dialect: 'mysql' }])
    expect(of({ ...server, 'application-desktop.yml': profile('${URL}', 'db/desktop') })).toMatchObject([
      { dialect: 'mysql' },
      { dialect: 'mysql' },
    ])
  })
})
