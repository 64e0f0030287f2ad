export function movingParts(): string[];
