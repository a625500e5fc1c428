import { expect } from 'vitest';

/** Between which steps something was said, and whether it has come to be. */
export interface When {
  start: number;
  end: number;
  /** Whoever said it was told that it is so, or it stands whatever happens. Else it may have been. */
  sure: boolean;
}

interface Said extends When {
  value: unknown;
}

/** What clients were told and the directory said, by user and respect. */
export interface History {
  /** Notes what was said of one or more respects of a user, or of nobody knows whom. */
  say(user: string | undefined, respects: Record<string, unknown>, when: When): void;
  /** Holds what is against what was said: some statement has to account for it that no sure one came after. */
  check(user: string, respect: string, value: unknown): void;
}

export function aHistory(): History {
  const said = new Map<string, Said[]>();

  function say(user: string | undefined, respects: Record<string, unknown>, when: When): void {
    for (const [respect, value] of Object.entries(respects)) {
      const key = `${user ?? '*'} ${respect}`;
      said.set(key, [...(said.get(key) ?? []), { value, ...when }]);
    }
  }

  function check(user: string, respect: string, value: unknown): void {
    const own = said.get(`${user} ${respect}`) ?? [];
    const all = [...own, ...(said.get(`* ${respect}`) ?? [])];
    const last = all.filter((it) => !own.some(({ sure, start }) => sure && start > it.end));
    if (all.length > 0) {
      expect(
        last.map((it) => it.value),
        `${user} ${respect}`,
      ).toContainEqual(value);
    }
  }

  return { say, check };
}
