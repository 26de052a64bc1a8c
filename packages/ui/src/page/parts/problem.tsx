/** What went wrong, and the next step. */
export function Problem({ message, hint }: { readonly message: string; readonly hint: string | null }) {
  return (
    <div class="problem" role="alert">
      <p>{message}</p>
      {hint === null ? null : <p class="muted">{hint}</p>}
    </div>
  );
}
