import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows above and below what is seen, so that scrolling finds them made. */
const SPARE = 10;

/** A list of equally high rows of which only those in sight are made: a hundred thousand are no slower than ten. */
export function VirtualList({
  count,
  rowHeight,
  row,
  label,
  follow = false,
}: {
  count: number;
  rowHeight: number;
  row: (index: number) => ComponentChildren;
  label: string;
  /** Stays at the end as rows are added, while the end is in sight. */
  follow?: boolean;
}) {
  const host = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const look = () => {
    // Told once more when the list has gone.
    if (!host.current) return;
    const { scrollTop, clientHeight, scrollHeight } = host.current;
    atEnd.current = scrollTop + clientHeight >= scrollHeight - rowHeight;
    setSeen(old =>
      old.top === scrollTop && old.height === clientHeight ? old : { top: scrollTop, height: clientHeight },
    );
  };
  useEffect(() => {
    const watched = new ResizeObserver(look);
    watched.observe(host.current!);
    return () => watched.disconnect();
  }, []);
  useEffect(() => {
    if (follow && atEnd.current) host.current!.scrollTop = host.current!.scrollHeight;
  }, [count, follow]);
  const first = Math.max(0, Math.floor(seen.top / rowHeight) - SPARE);
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / rowHeight) + SPARE);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with keys
    <section class="list" ref={host} aria-label={label} tabIndex={0} onScroll={look}>
      <div style={{ height: `${count * rowHeight}px` }}>
        <ul style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, index) => (
            <li key={first + index} style={{ height: `${rowHeight}px` }}>
              {row(first + index)}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
