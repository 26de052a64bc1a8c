import { describeLauncherConformance } from '../../../testing/launcher-conformance.js';
import { localLauncher } from './local-launcher.js';

describeLauncherConformance({ name: 'local', open: () => localLauncher({ workers: 2 }) });
