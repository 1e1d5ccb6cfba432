// Tables as text that other programs read: commas, a point in numbers, every digit.

export function csv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
}

function cell(v: string | number | undefined): string {
  if (v === undefined) return "";
  const text = String(v);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
