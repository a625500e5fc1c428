import { describe, expect, it } from 'vitest';
import { standing } from '../../functions/identity/access/standing.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import type { DirectoryUser } from '../../functions/sources/directory.ts';
import { news } from '../../functions/sources/findings.ts';
import { NOW } from '../support/changes.ts';

const APP = '0oaCLARUS';
const context = { readAt: NOW, eventId: 'event-1', news: true, began: NOW - 86_400_000 };

describe('what a reading says', () => {
  it('of an app is no older than the account: a newcomer is a member since they came', () => {
    const createdAt = NOW - 1_000;
    const answer = shown({ createdAt, memberships: { [APP]: true } });

    const words = news({ words: [] }, answer, context);

    expect(words.find(({ register }) => register === APP)).toMatchObject({ gives: true, born: createdAt });
    expect(standing(words).since).toBe(createdAt);
  });

  it('gives back, in time, what was taken while a change was under way and so is dated by our clock', () => {
    // Their clock is a minute late: the deactivation was read as of ours, and the activation is dated before it.
    const underWay = aWord({ id: 'read:under way', kind: 'read', gives: false, at: NOW - 600_000 });
    const answer = shown({ changedAt: NOW - 630_000 });

    const words = news({ words: [underWay] }, answer, context);

    expect(standing([underWay, ...words]).access).toBe('in');
  });
});

function shown(but: Partial<DirectoryUser>): DirectoryUser {
  return { kind: 'found', user: {}, signsIn: true, addresses: [], ...but };
}

function aWord(but: Partial<Word>): Word {
  return { id: 'word', at: NOW, seen: NOW, kind: 'stated', gives: true, ...but };
}
