import { vi } from 'vitest';
import * as z from 'zod';

const line = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ),
  }),
});

/** A line of the log out of which CloudWatch takes metrics. */
export type MetricLine = z.output<typeof line>;

/** The lines that the work of a function of this name writes, as CloudWatch reads them. */
export function measuredBy(service: string, work: () => void, namespace = 'ClarusBridge'): MetricLine[] {
  const lines: MetricLine[] = [];
  // In development mode they go to the global console, where a test can listen, but only if told to.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', namespace);
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', service);
  const log = vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
    lines.push(line.parse(JSON.parse(String(text))));
  });
  // Powertools warns about what cannot be published.
  const warn = vi.spyOn(console, 'warn').mockImplementation((text: unknown) => {
    throw new Error(`This was not to warn: ${String(text)}`);
  });
  try {
    work();
  } finally {
    log.mockRestore();
    warn.mockRestore();
    vi.unstubAllEnvs();
  }
  return lines;
}
