import fc from 'fast-check';
import { type Fate, REFUSED_NAME } from '../../support/unreliable-clarus.ts';

/** What a client wants, of whoever has a login. One that is not patient gives up when it fails. */
export type Wish = { login: string; patient: boolean } & (
  | { kind: 'create'; value: Profile }
  /** `spoilt`: beside it stands something that no server takes. */
  | { kind: 'patch' | 'put'; value: Partial<Profile>; ifMatch: boolean; spoilt: boolean }
  | { kind: 'delete' }
  | { kind: 'join' | 'leave'; role: string }
);

/** What Okta says of Ann by its event hook, and when the queues are looked at. */
export type News = { kind: 'okta'; active: boolean } | { kind: 'poll' };

export interface Profile {
  displayName: string;
  title: string;
  active: boolean;
  /** Another login, which is the address too. */
  userName: string;
}

export interface Plan {
  clients: Wish[][];
  news: News[];
  /** For each call in turn the step at which it dies; most live. */
  deaths: (number | undefined)[];
  fates: Fate[];
  /** For each request to Clarus in turn how many steps it is under way. */
  journeys: number[];
}

/** Ann is created by SCIM and known to Okta. */
export const ANN = 'ann@acme.example';
/** Bob was in Clarus before anybody came, and SCIM has shown him. */
export const BOB = 'bob@acme.example';
const CAT = 'cat@acme.example';
/** Dan too, and nobody has seen him yet. */
export const DAN = 'dan@acme.example';

const someLogin = fc.constantFrom(ANN, ANN, ANN, BOB, BOB, CAT, DAN);
const someProfile = {
  displayName: fc.constantFrom('A', 'B', REFUSED_NAME),
  title: fc.constantFrom('x', 'y'),
  active: fc.boolean(),
  userName: fc.constantFrom(ANN, BOB, CAT),
};
const someWho = { login: someLogin, patient: fc.boolean() };

const someWish: fc.Arbitrary<Wish> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('create'), ...someWho, value: fc.record(someProfile) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('patch', 'put'),
      ...someWho,
      value: fc.record(someProfile, { requiredKeys: [] }),
      ifMatch: fc.boolean(),
      spoilt: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete'), ...someWho }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('join', 'leave'),
      ...someWho,
      role: fc.constantFrom('7', '8'),
    }),
  },
);

const someNews: fc.Arbitrary<News> = fc.oneof(
  fc.record({ kind: fc.constant('okta'), active: fc.boolean() }),
  fc.constant<News>({ kind: 'poll' }),
);

export const somePlan: fc.Arbitrary<Plan> = fc.record({
  clients: fc.array(fc.array(someWish, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  news: fc.array(someNews, { maxLength: 3 }),
  deaths: fc.array(fc.option(fc.integer({ min: 0, max: 24 }), { nil: undefined, freq: 2 }), { maxLength: 8 }),
  fates: fc.array(
    fc.constantFrom<Fate>('answered', 'answered', 'answered', 'late', 'unavailable', 'throttled'),
    { maxLength: 10 },
  ),
  journeys: fc.array(fc.oneof(fc.constant(0), fc.constant(40)), { maxLength: 6 }),
});

/** The plan with nothing in it that fails. */
export function undisturbed(plan: Plan): Plan {
  return { ...plan, clients: plan.clients.map((wishes) => wishes.map(acceptable)), deaths: [], fates: [] };
}

/** The wish with a name that Clarus takes, and no address that it may not. */
function acceptable(wish: Wish): Wish {
  if (wish.kind !== 'create' && wish.kind !== 'patch' && wish.kind !== 'put') return wish;
  const { userName: _, ...others } = wish.value;
  const value = others.displayName === REFUSED_NAME ? { ...others, displayName: 'C' } : others;
  if (wish.kind === 'create') return { ...wish, value: { ...wish.value, ...value } };
  return { ...wish, value, spoilt: false };
}
