import { location } from '../address/location.js';
import { ViewHeading } from '../parts/view-heading.js';

export function RunPage() {
  return <ViewHeading title={location.value.path} />;
}
