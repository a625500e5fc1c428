import type { Card } from '../functions/identity/card.ts';
import { isRevocation } from '../functions/identity/change.ts';
import type { UserExplanation } from './explain.ts';

/** The lines that tell an operator why somebody has access or not, and what would change it. Ids only. */
export function explanationLines({ explanation, record, protection, open }: UserExplanation): string[] {
  const { shown, applied, liftedAt } = record;
  return [
    ...explanation.sentences,
    ...(protection === undefined
      ? []
      : [`The tenant file protects the user (by ${protection}): the bridge changes nothing.`]),
    ...(shown === undefined ? [] : [`Clarus showed ${activity(shown.active)} at ${time(shown.at)}.`]),
    `Clarus last confirmed ${activity(applied.is_active)}.`,
    ...(liftedAt === undefined
      ? []
      : [`An operator lifted all that had been heard until ${time(liftedAt)}.`]),
    ...open.map((card) => `${openLine(card)}.`),
  ];
}

/** What waits of an account, and what is held. */
export function openLine({ source, account, link, waiting, held }: Card): string {
  const who = `${source} account ${account}, ${link === undefined ? 'no Clarus user' : `Clarus user ${link}`}`;
  const waits = waiting && [
    `waiting since ${time(waiting.since)}${waiting.taking ? ' with access perhaps left on' : ''}, event ` +
      `${waiting.eventId}: ${waiting.code}, ${waiting.tries} tries, the next at ${time(waiting.nextAt)}`,
  ];
  const holds = held && [
    `held since ${time(held.at)} by the brake on ${held.by}, event ${held.change.eventId}` +
      `${isRevocation(held.change) ? ', which takes access' : ''}`,
  ];
  return [who, ...(waits ?? []), ...(holds ?? [])].join('; ');
}

function activity(active: boolean | undefined): string {
  return active === undefined ? 'nothing of access' : active ? 'the user active' : 'the user inactive';
}

function time(at: number): string {
  return new Date(at).toISOString();
}
