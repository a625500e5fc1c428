import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MAX_CHARACTERS, MAX_COMPARED } from '../../../functions/scim/protocol/limits.ts';
import { countCompared, counting, foldedOnce, newWork } from '../../../functions/scim/protocol/work.ts';
import { refusalOf } from '../../support/scim-types.ts';

const REFUSED = { name: 'ScimError', status: 400, scimType: 'tooMany' };

describe('the work of a request', () => {
  it('folds a text once, however often it is compared', () => {
    // Prepare
    const work = newWork();

    // Act
    const texts = counting(work, () => ['Straße', 'Straße', 'STRAẞE'].map(foldedOnce));

    // Assess
    expect(texts).toEqual(['strasse', 'strasse', 'strasse']);
    expect(work).toMatchObject({ compared: 0, characters: 'Straße'.length + 'STRAẞE'.length });
  });

  it('lets the short texts of fifty thousand users be compared', () => {
    // Prepare
    const work = newWork();
    const names = Array.from({ length: 50_000 }, (_, i) => `Person.${i}@warehouse.acme.example`);

    // Act
    const folded = counting(work, () => names.map(foldedOnce));

    // Assess
    expect(folded.at(-1)).toBe('person.49999@warehouse.acme.example');
    expect(work).toEqual(newWork());
  });

  it('counts a long text as many values each time that it is compared', () => {
    // Prepare
    const work = newWork();

    // Act
    counting(work, () => ['a', 'a', 'b'].map((it) => foldedOnce(it.repeat(8000))));

    // Assess
    expect(work).toMatchObject({ compared: 3 * 8, characters: 2 * 8000 });
  });

  it.each([
    ['values', () => countCompared(MAX_COMPARED), () => countCompared(1)],
    ['characters', () => foldedOnce('ı'.repeat(MAX_CHARACTERS)), () => foldedOnce('ẞ')],
  ])('ends when there are too many %s, whatever they are for', (_name, allowed, more) => {
    counting(newWork(), () => {
      // Act & assess
      expect(refusalOf(allowed)).toMatchObject({ status: undefined });
      expect(refusalOf(more)).toEqual(REFUSED);
    });
  });

  it('is each request’s own, however many are served at once', async () => {
    // Prepare
    const works = Array.from({ length: 100 }, newWork);

    // Act
    await Promise.all(
      works.map((work, i) =>
        counting(work, async () => {
          for (let times = 0; times < 5; times++) {
            countCompared(i);
            foldedOnce(`ß${i}`);
            await delay(0);
          }
        }),
      ),
    );

    // Assess
    expect(works.map(({ compared }) => compared)).toEqual(works.map((_, i) => 5 * i));
    expect(works.map(({ folded }) => [...folded.keys()])).toEqual(works.map((_, i) => [`ß${i}`]));
  });

  it('is not counted where there is no request', () => {
    // Act & assess
    expect(() => countCompared(MAX_COMPARED + 1)).not.toThrow();
    expect(foldedOnce('ẞ')).toBe('ss');
  });
});
