import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../contracts/events.ts';
import { parseNvidia, watchResources } from './resource-monitor.ts';

type Resources = Extract<NewEvent, { type: 'resources' }>;

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('the resource monitor', () => {
  it('tells the share of a core that was used, whatever other programs left of it, and says how much memory is resident', async () => {
    const events: Resources[] = [];
    const end = watchResources({ emit: event => events.push(event), gpu: false, intervalMilliseconds: 300 });
    const [before, began] = [process.cpuUsage(), performance.now()];
    busy(400);
    await sleep(20);
    const used = process.cpuUsage(before);
    const share = (used.user + used.system) / 10 / (performance.now() - began);
    end();
    expect(events).toHaveLength(1);
    // Told somewhat before it was measured here.
    expect(events[0]!.processorPercent).toBeGreaterThan(share / 2);
    expect(events[0]!.processorPercent).toBeLessThan(share * 2);
    expect(Math.abs(events[0]!.residentMegabytes - process.memoryUsage.rss() / 1e6)).toBeLessThan(100);
    expect(events[0]).not.toHaveProperty('gpu');
  });

  it('asks a GPU that does not answer only once, and is silent once it was ended', async () => {
    const events: Resources[] = [];
    let asked = 0;
    const askGpu = () => {
      asked++;
      return Promise.reject(new Error('no driver'));
    };
    const end = watchResources({
      emit: event => events.push(event),
      gpu: true,
      intervalMilliseconds: 10,
      askGpu,
    });
    while (events.length < 3) await sleep(5);
    end();
    const said = events.length;
    await sleep(50);
    expect(events).toHaveLength(said);
    expect(asked).toBe(1);
  });

  // The form is that of `nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits`.
  it('reads what nvidia-smi says, in % and MiB', () => {
    expect(parseNvidia('37, 1024\n')).toEqual({ percent: 37, megabytes: 1074 });
    expect(() => parseNvidia('[N/A], [N/A]\n')).toThrow();
  });
});
