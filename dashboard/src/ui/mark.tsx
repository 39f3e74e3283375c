/** The sign of the product: four cells, two of them at work. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true" className={className}>
      <path className="fill-accent" d="M0 0h9v9H0zM11 11h9v9h-9z" />
      <path className="fill-line-strong" d="M11 0h9v9h-9zM0 11h9v9H0z" />
    </svg>
  );
}
