import type { Operation } from '../ir/operation.ts'

/** The roles that a history counts on: those that it names before it creates them itself. */
export class Roles {
  readonly #created = new Set<string>()
  readonly #missing = new Set<string>()

  /** Operations must come in the order in which they run. */
  note(operation: Operation): void {
    switch (operation.kind) {
      case 'otherStatement':
        for (const role of operation.roles ?? []) this.#named(role)
        if (!/^CREATE (?:ROLE|USER|GROUP)$/.test(operation.command) || !operation.name) return
        // Who asks first whether it is there has a server in mind on which it is.
        if (operation.context?.guards?.length) this.#named(operation.name.name)
        else this.#created.add(operation.name.name)
        return
      case 'alterTable':
        if (operation.action === 'OWNER TO' && operation.value !== undefined) this.#named(operation.value)
        return
      case 'setVariable':
        if (operation.name === 'role' && operation.value !== undefined && !/^(?:none|default)$/i.test(operation.value))
          this.#named(operation.value)
        return
      default:
    }
  }

  missing(): readonly string[] {
    return [...this.#missing].sort()
  }

  #named(role: string): void {
    // A name that the text does not hold whole is no name, and pg_ is the server's own.
    if (!this.#created.has(role) && /^(?!pg_)[\w -]+$/i.test(role)) this.#missing.add(role)
  }
}
