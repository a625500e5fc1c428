import { badRequest, type ScimError, type ScimType } from '../protocol/error.ts';
import { type Attribute, subAttribute } from '../schema/attribute.ts';
import { type Leniencies, STRICT } from '../schema/leniencies.ts';
import {
  type AttributePath,
  findAfterDot,
  findAttribute,
  findBare,
  type ResourceType,
} from '../schema/resource-type.ts';
import { type Comparand, type Filter, OPERATORS, type Operator } from './filter.ts';
import { type Token, tokens } from './tokens.ts';

/** Deeper than people nest, and far from what the call stack takes. */
const MAX_DEPTH = 32;
/** Comparisons in one filter. */
const MAX_TERMS = 100;

/** RFC 3339's shape of a dateTime; Date.parse alone takes far more, and a time without an offset as a local one. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** Where a PATCH operation points: `attrPath` or `valuePath [subAttr]` (RFC 7644 figure 7). */
export interface PatchPath extends AttributePath {
  filter?: Filter;
}

/**
 * A filter by the grammar of RFC 7644 figure 1, over one type or, for a search at the root, several.
 * Throws ScimError `invalidFilter` for all that is not of that grammar or names no attribute.
 */
export function parseFilter(
  types: readonly ResourceType[],
  text: string,
  lenient: Leniencies = STRICT,
): Filter {
  const parser = new Parser(types, tokens(text, 'invalidFilter', lenient), 'invalidFilter', lenient);
  const filter = parser.filter(0);
  parser.end();
  return filter;
}

/** The path of a PATCH operation. Throws ScimError `invalidPath`, and `invalidFilter` for the filter in it. */
export function parsePath(type: ResourceType, text: string, lenient: Leniencies = STRICT): PatchPath {
  const parser = new Parser([type], tokens(text, 'invalidPath', lenient), 'invalidPath', lenient);
  const path = parser.patchPath();
  parser.end();
  return path;
}

/** By recursive descent: `or` of `and` of `not`, groups and terms. */
class Parser {
  readonly #types: readonly ResourceType[];
  readonly #tokens: readonly Token[];
  /** A path of a PATCH operation, and no filter of a query. */
  readonly #isPath: boolean;
  readonly #lenient: Leniencies;
  #scimType: ScimType;
  /** The attribute whose sub-attributes names mean inside `[ ]`. */
  #within: AttributePath | undefined;
  #at = 0;
  #terms = 0;

  constructor(
    types: readonly ResourceType[],
    all: readonly Token[],
    scimType: ScimType,
    lenient: Leniencies,
  ) {
    this.#lenient = lenient;
    this.#types = types;
    this.#tokens = all;
    this.#isPath = scimType === 'invalidPath';
    this.#scimType = scimType;
  }

  filter(depth: number): Filter {
    if (depth > MAX_DEPTH) throw this.#wrong(`It is nested more than ${MAX_DEPTH} deep.`);
    let left = this.#conjunction(depth);
    while (this.#takeJoint('or')) left = { kind: 'or', left, right: this.#conjunction(depth) };
    return left;
  }

  patchPath(): PatchPath {
    const word = this.#word('the name of an attribute');
    const path = this.#attribute(word.text);
    if (!this.#take('[')) return path;
    const filter = this.#inBrackets(path, 0);
    const sub = this.#subAfterBracket(path);
    return { ...path, filter, ...(sub !== undefined && { sub }) };
  }

  end(): void {
    const token = this.#next();
    if (token !== undefined) throw this.#wrong(`Nothing may follow, but there is ${shown(token.text)}.`);
  }

  #conjunction(depth: number): Filter {
    let left = this.#term(depth);
    while (this.#takeJoint('and')) left = { kind: 'and', left, right: this.#term(depth) };
    return left;
  }

  #term(depth: number): Filter {
    if (++this.#terms > MAX_TERMS) throw this.#wrong(`It has more than ${MAX_TERMS} terms.`);
    if (this.#take('(')) return this.#group(depth);
    const word = this.#word('an attribute, "not" or a parenthesis');
    if (word.text.toLowerCase() === 'not') {
      if (!this.#take('(')) throw this.#wrong('After "not" there has to be a parenthesis.');
      return { kind: 'not', filter: this.#group(depth) };
    }
    const path = this.#attribute(word.text);
    return this.#take('[') ? this.#valuePath(path, depth) : this.#comparison(path);
  }

  /** With a sub-attribute after the bracket, what is said of that is said of the same value. */
  #valuePath(path: AttributePath, depth: number): Filter {
    const filter = this.#inBrackets(path, depth);
    const sub = this.#lenient.pathAfterBrackets ? this.#subAfterBracket(path) : undefined;
    if (sub === undefined) return { kind: 'values', path, filter };
    const right = this.#comparison({ ...path, sub });
    return { kind: 'values', path, filter: { kind: 'and', left: filter, right } };
  }

  /** `emails[type eq "work"].value`: what follows the bracket is a word that begins with the dot. */
  #subAfterBracket({ attribute }: AttributePath): Attribute | undefined {
    const next = this.#next();
    if (next?.kind !== 'word' || next.spaced || !next.text.startsWith('.')) return undefined;
    this.#at++;
    const sub = subAttribute(attribute, next.text.slice(1));
    if (sub === undefined) throw this.#wrong(`${attribute.name} has no such sub-attribute.`);
    return sub;
  }

  #group(depth: number): Filter {
    const filter = this.filter(depth + 1);
    if (!this.#take(')')) throw this.#wrong('A parenthesis is not closed.');
    return filter;
  }

  #inBrackets(path: AttributePath, depth: number): Filter {
    const { attribute, sub } = path;
    if (this.#within !== undefined || sub !== undefined || !attribute.multiValued) {
      throw this.#wrong('Brackets may only follow a multi-valued attribute, and not within brackets.');
    }
    const outer = this.#scimType;
    this.#within = path;
    this.#scimType = 'invalidFilter';
    const filter = this.filter(depth + 1);
    if (!this.#take(']')) throw this.#wrong('A bracket is not closed.');
    this.#within = undefined;
    this.#scimType = outer;
    return filter;
  }

  #comparison(path: AttributePath): Filter {
    const operator = this.#word('an operator').text.toLowerCase();
    if (operator === 'pr') return { kind: 'present', path };
    if (!isOperator(operator)) throw this.#wrong(`${shown(operator)} is no operator.`);
    const value = this.#comparand();
    return { kind: 'compare', ...this.#comparable(path, operator, value), operator };
  }

  #comparand(): Comparand {
    const token = this.#next();
    this.#at++;
    // RFC 7644's own PATCH examples leave the space out; its filter grammar does not allow that.
    if (token?.kind === 'string' && (token.spaced || this.#isPath)) return token.value;
    if (token?.kind === 'word' && token.spaced) {
      const word = token.text.toLowerCase();
      if (word === 'true' || word === 'false') return word === 'true';
      if (word === 'null') return null;
      if (this.#lenient.looseTexts && !word.startsWith("'")) return token.text;
    }
    // Nothing that a filter can name is a number.
    throw this.#wrong('A value to compare with has to be a string in double quotes, true, false or null.');
  }

  /** The path down to something simple, and the value in that thing's type. */
  #comparable(
    path: AttributePath,
    operator: Operator,
    value: Comparand,
  ): { path: AttributePath; value: Comparand } {
    const equality = operator === 'eq' || operator === 'ne';
    // Whether there is any value at all can be asked of what has parts, too (RFC 7643 section 2.5).
    if (value === null) {
      if (equality) return { path, value };
      throw this.#wrong('With null only eq and ne have a meaning.');
    }
    const simple = this.#simple(path);
    const { type, name } = simple.sub ?? simple.attribute;
    if (!equality && (type === 'boolean' || type === 'binary')) {
      throw this.#wrong(`${name} is ${type}: only eq and ne have a meaning.`);
    }
    const typed = inType(type, operator, value);
    if (typed === undefined)
      throw this.#wrong(`${name} is ${type}: it cannot be compared with such a value.`);
    return { path: simple, value: typed };
  }

  /** RFC 7644 figure 2 compares `emails` itself; what is meant is the value in it. */
  #simple(path: AttributePath): AttributePath {
    const { attribute, sub } = path;
    if (attribute.type !== 'complex' || sub !== undefined) return path;
    const value = subAttribute(attribute, 'value');
    if (value !== undefined) return { ...path, sub: value };
    throw this.#wrong(`${attribute.name} has parts: name one of them.`);
  }

  #attribute(text: string): AttributePath {
    if (this.#within !== undefined) {
      const sub = subAttribute(this.#within.attribute, text);
      if (sub !== undefined) return { ...this.#within, sub };
    } else {
      for (const type of this.#types) {
        const { bareExtensionNames, dotAfterUrn } = this.#lenient;
        const found =
          findAttribute(type, text) ??
          (bareExtensionNames ? findBare(type, text) : undefined) ??
          (dotAfterUrn ? findAfterDot(type, text) : undefined);
        if (found !== undefined) return found;
      }
    }
    throw this.#wrong(`There is no attribute ${shown(text)}.`);
  }

  #word(expected: string): Token {
    const token = this.#next();
    if (token?.kind !== 'word') throw this.#wrong(`There should be ${expected}.`);
    this.#at++;
    return token;
  }

  #take(kind: Token['kind']): boolean {
    if (this.#next()?.kind !== kind) return false;
    this.#at++;
    return true;
  }

  /** `and` and `or` stand between spaces, also next to a parenthesis. */
  #takeJoint(word: 'and' | 'or'): boolean {
    const [token, after] = this.#tokens.slice(this.#at, this.#at + 2);
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    if (!token.spaced || after?.spaced !== true) {
      throw this.#wrong(`Before and after "${word}" there has to be a space.`);
    }
    this.#at++;
    return true;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #wrong(detail: string): ScimError {
    const what = this.#scimType === 'invalidPath' ? 'path' : 'filter';
    return badRequest(this.#scimType, `The ${what} is not valid. ${detail}`);
  }
}

/** The value as something of the attribute's type compares with it. Entra writes roles[primary eq "True"]. */
function inType(type: Attribute['type'], operator: Operator, value: string | boolean): Comparand | undefined {
  if (type === 'boolean') {
    const word = String(value).toLowerCase();
    return word === 'true' || word === 'false' ? word === 'true' : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const asText = type !== 'dateTime' || operator === 'co' || operator === 'sw' || operator === 'ew';
  return asText || (DATE_TIME.test(value) && !Number.isNaN(Date.parse(value))) ? value : undefined;
}

function isOperator(word: string): word is Operator {
  return OPERATORS.some((it) => it === word);
}

/** Enough of what was sent to find it by; the rest is the sender's. */
function shown(text: string): string {
  return `"${text.slice(0, 60)}"`;
}
