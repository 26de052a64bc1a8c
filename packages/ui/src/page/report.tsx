import { render } from 'preact';
import { decodeJson } from '../protocol/plain-json.js';
import type { ReportContent } from '../protocol/report-content.js';
import { printLight } from './report/print-light.js';
import { Report } from './report/report.js';
import { startReport } from './report/report-address.js';
import { startTheme } from './styles/theme.js';
import './report/report.css';

const content = decodeJson(document.querySelector('#report-content')!.textContent!) as ReportContent;
startTheme();
printLight();
startReport(content);
render(<Report content={content} />, document.querySelector('#app')!);
