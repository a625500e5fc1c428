import type { Clock } from '../../platform/clock.ts';

const DOCUMENTED = ['id', 'name', 'email'];
/** Not documented, so asked for until Clarus says that it does not know one. */
const FURTHER = ['is_active', 'role_id'];

/** Milliseconds until a field is asked for again: Clarus may have been wrong, or may have learned it. */
const UNKNOWN_FOR = 10 * 60_000;

/** The fields of a user that Clarus is asked for. */
export interface UserFields {
  current(): string[];
  /** Whether fewer are to be asked for, since what Clarus said of these names some that it need not know. */
  giveUp(asked: readonly string[], said: string): boolean;
}

export function createUserFields(clock: Clock): UserFields {
  const unknownUntil = new Map<string, number>();

  function isUnknown(field: string): boolean {
    return clock() < (unknownUntil.get(field) ?? 0);
  }

  return {
    current: () => [...DOCUMENTED, ...FURTHER.filter((field) => !isUnknown(field))],
    giveUp(asked, said) {
      const named = FURTHER.filter(
        (field) => asked.includes(field) && new RegExp(`\\b${field}\\b`).test(said),
      );
      for (const field of named) unknownUntil.set(field, clock() + UNKNOWN_FOR);
      return named.length > 0;
    },
  };
}
