import { render } from 'preact';
import './styles/page.css';

render(<main />, document.querySelector('#app')!);
