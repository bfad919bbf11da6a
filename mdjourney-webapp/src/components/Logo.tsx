/** The mark of the product. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="#0d5f5c" />
      <path d="M8 23V9.5l8 8 8-8V23" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" strokeLinejoin="round" />
      <circle cx="16" cy="24" r="2.2" fill="#f2b84b" />
    </svg>
  );
}
