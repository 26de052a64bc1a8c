import { ViewHeading } from '../parts/view-heading.js';

export function RunsPage() {
  return <ViewHeading title="Runs" />;
}
