export function hiddenControls(): string[];
