import { describe, expect, it } from 'vitest';
import type { FoundUser } from '../../functions/clarus/clarus-directory.ts';
import { settingsWithoutRoles } from '../../functions/clarus/decide-settings.ts';
import { READ_BACKS, type ReadBack, readBack } from '../../functions/deliver/aftercare/read-back.ts';
import { NOW } from '../support/changes.ts';
import { aClock } from '../support/clock.ts';
import { memoryState } from '../support/memory-state.ts';
import { aTenant, type TenantFile } from '../support/tenants.ts';

const TAKEN = { id: 'taken', at: NOW, seen: NOW, kind: 'stated', gives: false } as const;

interface Bench {
  /** Users whom Clarus shows. */
  users?: readonly FoundUser[];
  file?: Partial<TenantFile>;
}

/** So many revocations, each confirmed, of Clarus users 1, 2 and so on. */
async function aBench(count: number, { users = [], file = {} }: Bench = {}) {
  const state = memoryState();
  const tenant = aTenant(file);
  const [asked, looks]: [string[][], string[]] = [[], []];
  const items: ReadBack[] = [];
  for (let person = 1; person <= count; person++) {
    const clarusUserId = String(person);
    const account = `00u${person}`;
    const accounts = [{ source: 'okta', account, rev: 1, words: [TAKEN] }];
    const shown = { at: NOW, email: addressOf(clarusUserId), active: true };
    await state.records.update('acme', clarusUserId, (record) => ({
      ...record,
      accounts,
      shown,
      applied: { is_active: false },
    }));
    items.push({ source: 'okta', account, eventId: TAKEN.id, clarusUserId });
    const times = { occurredAt: NOW, receivedAt: NOW, settledAt: NOW, appliedAt: NOW };
    const about = { tenant: 'acme', source: 'okta', subjectId: account, eventId: TAKEN.id, eventType: 'x' };
    await state.receipts.put({ ...about, outcome: 'applied', attributes: [], ...times, steps: [] }, 1);
  }
  const ports = {
    ...state,
    clock: aClock(NOW + 60_000),
    lookAgain: async (_: string, id: string) => void looks.push(id),
  };
  const services = {
    tenant,
    clarus: {
      async findUsersByEmail(emails: readonly string[]) {
        asked.push([...emails]);
        return users.filter(({ email }) => emails.includes(email));
      },
    },
    settings: async () => settingsWithoutRoles(tenant),
    guards: async () => ({ users: tenant.protect.users ?? [], emails: [], roles: [] }),
  };
  const stepsOf = (index: number) => state.written[index]?.steps.map(({ step, what }) => `${step} ${what}`);
  return { run: () => readBack(ports, services, items), state, asked, looks, stepsOf };
}

function addressOf(id: string): string {
  return `p${id}@acme.example`;
}

describe('reading back', () => {
  it('asks for a hundred users at once, and writes into each receipt how they are shown', async () => {
    const users = Array.from({ length: READ_BACKS }, (_, index) => {
      const id = String(index + 1);
      return { id, email: addressOf(id), isActive: false };
    });
    const bench = await aBench(READ_BACKS, { users });

    await bench.run();

    expect(bench.asked).toHaveLength(1);
    expect(bench.asked[0]).toHaveLength(READ_BACKS);
    expect(new Set(bench.state.written.map(({ steps }) => steps[0]?.what))).toEqual(new Set(['out']));
    expect((await bench.state.records.load('acme', '7')).shown).toMatchObject({ active: false });
    expect(bench.looks).toEqual([]);
  });

  it.each([
    ['Clarus does not tell whether users are active', [{ id: '1', email: addressOf('1') }]],
    ['the address leads to somebody else', [{ id: '9', email: addressOf('1'), isActive: false }]],
    ['nobody has the address', []],
  ])('says unknown when %s', async (_, users) => {
    const bench = await aBench(1, { users });

    await bench.run();

    expect(bench.stepsOf(0)).toEqual(['read_back unknown']);
    expect(bench.looks).toEqual([]);
  });

  it.each<[string, Partial<TenantFile>, string[]]>([
    ['has all sent again to who is in', {}, ['1']],
    ['only says so where the tenant wants it reported', { drift: 'report' }, []],
    ['only says so of who is protected', { protect: { users: ['1'] } }, []],
  ])('%s', async (_, file, looks) => {
    const bench = await aBench(1, { file, users: [{ id: '1', email: addressOf('1'), isActive: true }] });

    await bench.run();

    expect(bench.stepsOf(0)).toEqual(['read_back in']);
    expect(bench.looks).toEqual(looks);
    const { lookAt } = await bench.state.records.load('acme', '1');
    expect(lookAt).toBe(looks.length === 0 ? undefined : NOW + 180_000);
  });

  it('asks nothing of whom no address is known', async () => {
    const bench = await aBench(1);
    await bench.state.records.update('acme', '1', ({ shown: _, ...record }) => record);

    await bench.run();

    expect(bench.asked).toEqual([]);
    expect(bench.stepsOf(0)).toEqual(['read_back unknown']);
  });
});
