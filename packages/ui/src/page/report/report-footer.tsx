import type { ReportContent } from '../../protocol/report-content.js';
import { whatIsShown } from './what-is-shown.js';

/** What a report does not show, and what has made it. */
export function ReportFooter({ content }: { readonly content: ReportContent }) {
  return (
    <footer class="report-footer muted">
      {whatIsShown(content).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p>Made with Forge {content.version}.</p>
    </footer>
  );
}
