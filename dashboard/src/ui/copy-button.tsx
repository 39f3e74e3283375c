import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./button";
import { toastError } from "./toast";

export function CopyButton({ text, label = "Copy" }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), toastError);
  return (
    <IconButton size="small" className="w-6!" label={isCopied ? "Copied" : label} onClick={copy}>
      {isCopied ? <Check className="text-good" /> : <Copy />}
    </IconButton>
  );
}
