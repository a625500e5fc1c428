import { type DecideSettings, type Desired, desired } from '../../identity/access/desired.ts';
import { outstanding } from '../../identity/converge.ts';
import { type AttributeName, namesIn } from '../../identity/profile/clarus-attributes.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { type Intent, type Told, takesAccess } from './intent.ts';

/** What a command is to come to in Clarus. */
export interface Aim {
  settings: DecideSettings;
  /** What Clarus is to have once the command has ended. */
  will: Desired;
  /** What of that is the command's own: taken together or not at all. */
  own: ReadonlySet<AttributeName>;
  /** What is sent whatever Clarus is known to have: a new revocation always is. */
  always: ReadonlySet<AttributeName>;
  /** Whether Clarus has to be told anything of its own. */
  needsClarus: boolean;
}

/**
 * The command's own is what it changes, what its client says and Clarus is not known to have, and access where the
 * request speaks of it.
 */
export function aimOf(
  before: UserRecord,
  after: UserRecord,
  intent: Intent,
  settings: DecideSettings,
  { client, command }: Told,
): Aim {
  const was = desired(before, settings);
  const will = desired(after, settings);
  const { attributes, origins } = will;
  // A newcomer gets all of it: what the one before had may have been changed by hand.
  const isNewcomer = will.decision.newcomer && !was.decision.newcomer;
  const isWhole = intent.whole === true || isNewcomer;
  const takes = takesAccess(intent) && command.created === undefined;
  const always = new Set<AttributeName>(isWhole ? namesIn(attributes) : takes ? ['is_active'] : []);
  const own = namesIn(attributes).filter((name) => {
    if (isWhole || attributes[name] !== was.attributes[name]) return true;
    return name === 'is_active' ? intent.saysAccess : origins[name] === client;
  });
  const toSend = outstanding(after, attributes, { force: always, again: new Set(own) });
  return {
    settings,
    will,
    own: new Set(own),
    always,
    needsClarus: own.some((name) => toSend[name] !== undefined),
  };
}
