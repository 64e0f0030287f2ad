export function weakTexts(): string[];
