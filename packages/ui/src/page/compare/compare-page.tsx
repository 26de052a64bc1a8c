import { location } from '../address/location.js';
import { ViewHeading } from '../parts/view-heading.js';

export function ComparePage() {
  return <ViewHeading title={location.value.path} />;
}
