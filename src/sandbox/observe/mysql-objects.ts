import type { Session } from '../engine.ts'
import { quoted, rowsOf } from '../engines/mysql/rows.ts'

/** Adds a line for each view, trigger, routine, event, sequence and partition of the database in use. Names of the database itself are left out. */
export async function describeObjects(session: Session, ignore: readonly string[], lines: Map<string, string>): Promise<void> {
  const [current] = await rowsOf(session, 'SELECT DATABASE() AS name')
  const own = (text: unknown) => String(text).replaceAll(`${quoted(current?.name)}.`, '')
  for (const { name, body } of await rowsOf(
    session,
    'SELECT table_name AS name, view_definition AS body FROM information_schema.views WHERE table_schema = DATABASE()',
  ))
    lines.set(`view ${name}`, own(body))
  for (const { name, timing, event, tab, body } of await rowsOf(
    session,
    `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event, event_object_table AS tab, action_statement AS body
     FROM information_schema.triggers WHERE trigger_schema = DATABASE()`,
  ))
    if (!ignore.includes(String(tab)))
      lines.set(
        `trigger ${name}`,
        `${timing} ${event} on ${tab}: ${own(body)}`.replace(/^\w+ \w+/, (words) => words.toLowerCase()),
      )
  await describeRoutines(session, own, lines)
  for (const { name, body, every, unit } of await rowsOf(
    session,
    `SELECT event_name AS name, event_definition AS body, interval_value AS every, interval_field AS unit
     FROM information_schema.events WHERE event_schema = DATABASE()`,
  ))
    lines.set(`event ${name}`, `${every === null ? 'once' : `every ${every} ${String(unit).toLowerCase()}`}: ${own(body)}`)
  for (const { name } of await rowsOf(
    session,
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE'",
  )) {
    const [row = {}] = await rowsOf(session, `SHOW CREATE SEQUENCE ${quoted(name)}`)
    lines.set(`sequence ${name}`, String(row['create table'] ?? row['create sequence']).replace(/^CREATE SEQUENCE `[^`]*`\s*/, ''))
  }
  for (const { tab, name, method, expression, description } of await rowsOf(
    session,
    `SELECT table_name AS tab, partition_name AS name, partition_method AS method, partition_expression AS expression, partition_description AS description
     FROM information_schema.partitions WHERE table_schema = DATABASE() AND partition_name IS NOT NULL`,
  ))
    lines.set(`partition ${tab}.${name}`, `${String(method).toLowerCase()} (${expression})${description === null ? '' : ` ${description}`}`)
}

async function describeRoutines(session: Session, own: (text: unknown) => string, lines: Map<string, string>): Promise<void> {
  const parameters = await rowsOf(
    session,
    `SELECT specific_name AS routine, parameter_mode AS mode, parameter_name AS name, dtd_identifier AS type FROM information_schema.parameters
     WHERE specific_schema = DATABASE() AND ordinal_position > 0 ORDER BY specific_name, ordinal_position`,
  )
  for (const { name, type, returns, body } of await rowsOf(
    session,
    `SELECT routine_name AS name, routine_type AS type, dtd_identifier AS returns, routine_definition AS body
     FROM information_schema.routines WHERE routine_schema = DATABASE()`,
  )) {
    const takes = parameters
      .filter(({ routine }) => routine === name)
      .map((parameter) => `${type === 'PROCEDURE' ? `${String(parameter.mode).toLowerCase()} ` : ''}${parameter.name} ${parameter.type}`)
    lines.set(
      `${String(type).toLowerCase()} ${name}`,
      `(${takes.join(', ')})${type === 'FUNCTION' ? ` returns ${returns}` : ''} ${own(body)}`,
    )
  }
}
