interface ToggleProps {
  readonly title: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function Toggle({ title, isOn, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {title}
    </label>
  );
}
