/** A line of the table: what was measured, beside a floor that was measured in the same run. */
export interface Row {
  what: string;
  measured: string;
  floor?: string;
  ratio?: number;
  /** The most the ratio should be. */
  budget?: number;
}

/** The middle one: machines are noisy, and a mean would listen to the noise. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Milliseconds that one call takes, the median of several rounds after a warm-up. */
export async function timeOf(calls: number, work: () => unknown): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 9; round++) {
    const start = performance.now();
    for (let call = 0; call < calls; call++) await work();
    rounds.push((performance.now() - start) / calls);
  }
  // The first rounds are the compiler's.
  return median(rounds.slice(2));
}

/** Runs `work` for each element, `width` of them at a time. */
export async function inParallel<Element>(
  elements: readonly Element[],
  width: number,
  work: (element: Element) => Promise<unknown>,
): Promise<void> {
  const rest = elements.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const element of rest) await work(element);
    }),
  );
}

/** The table as text. */
export function asTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, measured, floor = '', ratio, budget }) => [
    what,
    measured,
    floor,
    ratio === undefined ? '' : `${ratio.toFixed(2)} x`,
    budget === undefined ? '' : `${budget} x`,
    ratio === undefined || budget === undefined ? '' : ratio <= budget ? 'ok' : 'OVER',
  ]);
  const all = [['what', 'measured', 'floor', 'ratio', 'budget', ''], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
