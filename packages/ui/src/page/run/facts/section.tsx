import type { ComponentChildren } from 'preact';

interface SectionProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A part of the facts, under its title. */
export function Section({ title, children }: SectionProps) {
  return (
    <section class="facts-section">
      <h2>{title}</h2>
      {children}
    </section>
  );
}
