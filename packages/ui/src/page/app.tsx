import { render } from 'preact';
import { startLocation } from './address/location.js';
import { startKeys } from './parts/keys.js';
import { App } from './shell/app.js';
import { firstRows } from './shell/first-rows.js';
import { watchSource } from './shell/watch-source.js';
import { httpSource } from './source/http-source.js';
import { startTheme } from './styles/theme.js';
import './styles/page.css';

startTheme();
startLocation();
startKeys();
const source = watchSource(httpSource());
void firstRows(source).then(() => render(<App source={source} />, document.querySelector('#app')!));
