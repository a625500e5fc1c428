import type { BridgePorts } from './bridge.ts';
import { sweepOnce } from './bridge.ts';
import { type LifePorts, lifeOf } from './life.ts';
import { HOUR, MINUTE } from './time.ts';

/** What finds what webhooks missed, and compares. */
export interface Sweep {
  /** Sweeps from now on, at intervals. */
  start(): void;
  /** Begins a sweep, unless one is under way. */
  begin(): void;
  /** When the first sweep ended that went through whole: from then on directories are followed. */
  followsSince(): number;
  /** When the last sweep began of those that went through whole by then. */
  wholeBefore(time: number): number | undefined;
}

/** Lambda ends a function that takes longer. */
const TIMEOUT = 15 * MINUTE;

export function sweepOf(bridge: BridgePorts, tell: (line: string) => void): Sweep {
  const { time, random } = bridge;
  // It is a quarter of an hour, which would be most of the work here.
  const every = random.pick([1, 3, 6]) * HOUR;
  let isStarted = false;
  const whole: { began: number; ended: number }[] = [];
  let isUnderWay = false;

  function begin(): void {
    if (isUnderWay) return;
    tell('sweep');
    isUnderWay = true;
    const began = time.now();
    const over = (how: string) => {
      if (!life.isAlive() && how !== 'dies') return;
      life.end();
      isUnderWay = false;
      if (how !== '') tell(`the sweep ${how}`);
    };
    const ports: LifePorts = { ...bridge, died: () => over('dies') };
    const life = lifeOf(ports);
    time.after(TIMEOUT, () => over('takes too long and is ended'));
    void sweepOnce(bridge, life).then((isWhole) => {
      if (isWhole) whole.push({ began, ended: time.now() });
      over('');
    });
  }

  function again(): void {
    begin();
    time.after(every, again);
  }

  function start(): void {
    if (!isStarted) again();
    isStarted = true;
  }

  return {
    start,
    begin,
    followsSince: () => whole[0]?.ended ?? Number.POSITIVE_INFINITY,
    wholeBefore: (until) => whole.findLast(({ ended }) => ended <= until)?.began,
  };
}
