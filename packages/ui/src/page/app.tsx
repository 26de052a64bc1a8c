import { render } from 'preact';
import { startLocation } from './address/location.js';
import { startKeys } from './parts/keys.js';
import { App } from './shell/app.js';
import { httpSource } from './source/http-source.js';
import { startTheme } from './styles/theme.js';
import './styles/page.css';

startTheme();
startLocation();
startKeys();
render(<App source={httpSource()} />, document.querySelector('#app')!);
