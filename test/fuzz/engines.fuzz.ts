import { describe } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../functions/identity/json.ts';
import { resourceFrom } from '../../functions/scim/change/body.ts';
import { patchOperations } from '../../functions/scim/change/operations.ts';
import { patch } from '../../functions/scim/change/patch.ts';
import { takesAccess } from '../../functions/scim/change/taking.ts';
import { matches } from '../../functions/scim/filter/evaluator.ts';
import { parseFilter, parsePath } from '../../functions/scim/filter/parser.ts';
import { counting, newWork } from '../../functions/scim/protocol/work.ts';
import { LENIENT, STRICT } from '../../functions/scim/schema/leniencies.ts';
import { project, projection } from '../../functions/scim/schema/projection.ts';
import { checkResource } from '../../functions/scim/schema/resource.ts';
import type { Random } from '../support/random.ts';
import { LEA } from '../support/scim-patch.ts';
import { GROUP, USER } from '../support/scim-types.ts';
import { fuzz } from './fuzz.ts';
import { aName, aText, bodyText, mutated } from './json.ts';
import { aFilter, aGroup, aPatch, aPath, aUser } from './scim-inputs.ts';

/** What JSON.parse makes of a body; a text that is no JSON is the handler's to refuse. */
function aBody(random: Random, valid: Json): Json {
  try {
    return JSON.parse(bodyText(random, valid));
  } catch {
    return mutated(random, valid);
  }
}

function aBefore(random: Random, type: typeof USER): JsonObject {
  const valid = type === USER ? LEA : aGroup(random);
  return isObject(valid) ? valid : {};
}

describe('the engines of SCIM', () => {
  fuzz('take any text for a filter or a path, or refuse it', (random) => {
    const input = random.chance(0.9) ? aFilter(random) : aText(random);
    const types = random.pick([[USER], [GROUP], [USER, GROUP]]);
    const lenient = random.pick([LENIENT, STRICT]);
    const path = (random.chance(0.5) ? aPath(random) : '') + input;
    const run: () => unknown = random.chance(0.8)
      ? () => matches(parseFilter(types, input, lenient), LEA)
      : () => parsePath(USER, path, lenient);
    return { input, throws: true, run: () => counting(newWork(), run) };
  });

  fuzz('take any PATCH, or refuse it', (random) => {
    const input = aBody(random, aPatch(random));
    const [type, lenient] = [random.pick([USER, USER, USER, GROUP]), random.pick([LENIENT, STRICT])];
    const before = aBefore(random, type);
    const run = () => checkResource(type, patch(type, before, patchOperations(input), lenient).resource);
    return { input, throws: true, run: () => counting(newWork(), run) };
  });

  fuzz('take any resource, or refuse it, and show any part of it', (random) => {
    const [type, lenient] = [random.pick([USER, GROUP]), random.pick([LENIENT, STRICT])];
    const input = aBody(random, type === USER ? aUser(random) : aGroup(random));
    const before = random.chance(0.5) ? {} : aBefore(random, type);
    const names = Array.from({ length: random.below(4) }, () => aName(random));
    const [only, without] = random.chance(0.5) ? [names, undefined] : [undefined, names];
    const run = () => {
      takesAccess(input, type.core.id);
      project(type, resourceFrom(type, input, before, lenient).resource, projection([type], only, without));
    };
    return { input, throws: true, run: () => counting(newWork(), run) };
  });
});
