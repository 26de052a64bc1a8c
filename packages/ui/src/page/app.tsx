import { render } from 'preact';
import { startLocation } from './address/location.js';
import { App } from './shell/app.js';
import { httpSource } from './source/http-source.js';
import './styles/page.css';

startLocation();
render(<App source={httpSource()} />, document.querySelector('#app')!);
