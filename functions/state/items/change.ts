import * as z from 'zod';
import type { Change } from '../../identity/change.ts';
import { parseMessage } from '../../queue/message.ts';

/** A change as text: the message it came as, which has who and whether and no profile. */
export function changeText({ user, ...change }: Change): string {
  return JSON.stringify({
    kind: 'change',
    ...change,
    ...(user?.active !== undefined && { user: { active: user.active } }),
  });
}

/** That text as a change. */
export const changeSchema = z.string().transform((text, context): Change => {
  try {
    const message = parseMessage(text);
    if (message.kind === 'change') {
      const { kind: _, ...change } = message;
      return change;
    }
  } catch {
    // The error would speak of a queue.
  }
  context.addIssue('not a change');
  return z.NEVER;
});
